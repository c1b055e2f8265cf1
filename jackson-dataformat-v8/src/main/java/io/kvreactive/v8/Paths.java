// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/** The steps of a path, written alike by readers and writers. */
final class Paths {

    private Paths() {}

    static void index(StringBuilder path, long index) {
        path.append('[').append(index).append(']');
    }

    static void key(StringBuilder path, String key) {
        if (NumberText.index(key) >= 0) {
            path.append('[').append(key).append(']');
        } else if (isPlain(key)) {
            path.append('.').append(key);
        } else {
            path.append("['");
            key.chars().forEach(c -> path.append(c < ' ' || Character.isSurrogate((char) c) ? '?' : (char) c));
            path.append("']");
        }
    }

    /** The key or value of a Map: even and odd positions in turn. */
    static void entry(StringBuilder path, int position) {
        if (position >= 0) {
            path.append(position % 2 == 0 ? "<key " : "<value ")
                    .append(position / 2)
                    .append('>');
        }
    }

    static void member(StringBuilder path, int position) {
        if (position >= 0) {
            path.append("<member ").append(position).append('>');
        }
    }

    static void cause(StringBuilder path) {
        path.append("<cause>");
    }

    static void host(StringBuilder path) {
        path.append("<host>");
    }

    private static boolean isPlain(String key) {
        return !key.isEmpty()
                && Character.isJavaIdentifierStart(key.charAt(0))
                && key.chars().allMatch(Character::isJavaIdentifierPart);
    }
}
