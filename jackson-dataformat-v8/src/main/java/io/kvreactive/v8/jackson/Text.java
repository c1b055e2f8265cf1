// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8String;
import java.nio.charset.StandardCharsets;

/** Strings made of bytes that have been checked. */
final class Text {

    private Text() {}

    static String of(byte[] bytes, int from, int length, V8String.Encoding encoding) {
        return switch (encoding) {
            case LATIN1 -> latin1(bytes, from, length);
            case UTF16 -> utf16(bytes, from, length);
            case UTF8 -> new String(bytes, from, length, StandardCharsets.UTF_8);
        };
    }

    static String latin1(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    /** Unit by unit: a decoder would replace unpaired surrogates. */
    private static String utf16(byte[] bytes, int from, int length) {
        char[] units = new char[length >> 1];
        for (int i = 0; i < units.length; i++) {
            units[i] = (char) ((bytes[from + 2 * i] & 0xff) | bytes[from + 2 * i + 1] << 8);
        }
        return new String(units);
    }
}
