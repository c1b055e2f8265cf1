// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.regex.Pattern;

/** The steps of a path, written alike by readers and writers. */
final class Paths {

    // A name of a schema is a word; a name that is data (a number, an address, a token) seldom is.
    private static final Pattern NO_WORD = Pattern.compile("\\['[^\\]]*'\\]|\\.(?=\\w*\\d)\\w+|\\.\\w{33,}");

    private Paths() {}

    /** The path for a message: names that may be data are left out. */
    static String masked(String path) {
        return NO_WORD.matcher(path).replaceAll(".*");
    }

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
