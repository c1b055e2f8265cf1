// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8String;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Strings and integers made of bytes that have been checked. */
final class Content {

    private Content() {}

    static String text(byte[] bytes, int from, int length, V8String.Encoding encoding) {
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
    static String utf16(byte[] bytes, int from, int length) {
        char[] units = new char[length >> 1];
        for (int i = 0; i < units.length; i++) {
            units[i] = (char) ((bytes[from + 2 * i] & 0xff) | bytes[from + 2 * i + 1] << 8);
        }
        return new String(units);
    }

    /** Least significant byte first. Zero has no sign, whatever the bytes say. */
    static BigInteger bigInteger(byte[] bytes, int from, int length, boolean negative) {
        byte[] magnitude = new byte[length];
        for (int i = 0, at = from + length - 1; i < length; i++, at--) {
            magnitude[i] = bytes[at];
        }
        BigInteger absolute = new BigInteger(1, magnitude);
        return negative ? absolute.negate() : absolute;
    }
}
