// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

/** Text of JSON on its way, as JavaScript's {@code JSON.stringify} writes it: an unpaired surrogate is an escape, so that the text is Unicode. */
final class JsonText {

    private static final String HEX = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder(256);

    int length() {
        return text.length();
    }

    /** Takes back what came after a place. */
    void truncate(int length) {
        text.setLength(length);
    }

    /** Adds JSON as it is. */
    JsonText json(String json) {
        text.append(json);
        return this;
    }

    JsonText json(char c) {
        text.append(c);
        return this;
    }

    JsonText number(long number) {
        text.append(number);
        return this;
    }

    /** Adds a string, in quotes. Tells whether it is Unicode: without unpaired surrogates. */
    boolean string(String s) {
        boolean isUnicode = true;
        text.append('"');
        int copied = 0;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < s.length() && Character.isLowSurrogate(s.charAt(i + 1))) {
                i++;
                continue;
            }
            text.append(s, copied, i);
            copied = i + 1;
            isUnicode &= !Character.isSurrogate(c);
            escape(c);
        }
        text.append(s, copied, s.length()).append('"');
        return isUnicode;
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> text.append('\\').append(c);
            case '\b' -> text.append("\\b");
            case '\t' -> text.append("\\t");
            case '\n' -> text.append("\\n");
            case '\f' -> text.append("\\f");
            case '\r' -> text.append("\\r");
            default -> {
                text.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    text.append(HEX.charAt(c >> shift & 0xF));
                }
            }
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
