// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** The input and the elementary encodings on it. Nothing is allocated before its length is known to be there. */
final class ByteSource {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final boolean strict;
    private Supplier<String> path = () -> "$";
    private int at;

    ByteSource(byte[] bytes, int start, int end, boolean strict) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.strict = strict;
        this.at = start;
    }

    /** Another source on the same bytes that can be moved about without disturbing this one. */
    ByteSource fork() {
        return new ByteSource(bytes, start, end, strict);
    }

    /** Says where errors are to find the path of the value being read. */
    void locateWith(Supplier<String> path) {
        this.path = path;
    }

    /** The position, counted from the first byte of the input. */
    int offset() {
        return at - start;
    }

    void seek(int offset) {
        at = start + offset;
    }

    int remaining() {
        return end - at;
    }

    boolean contains(byte wanted) {
        for (int i = at; i < end; i++) {
            if (bytes[i] == wanted) {
                return true;
            }
        }
        return false;
    }

    byte next() {
        if (at >= end) {
            throw truncated("a tag");
        }
        return bytes[at++];
    }

    /** The byte after any padding, which is skipped; -1 at the end. */
    int peekTag() {
        while (at < end && bytes[at] == Tag.PADDING) {
            at++;
        }
        return at < end ? bytes[at] & 0xff : -1;
    }

    /** The tag of the next value, after padding and object counts. */
    byte valueTag() {
        while (true) {
            if (peekTag() < 0) {
                throw truncated("a value");
            }
            byte tag = bytes[at++];
            if (tag != Tag.OBJECT_COUNT) {
                return tag;
            }
            varint32();
        }
    }

    int varint32() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte b = varintByte();
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                refuseDroppedBits(shift == 28 && b > 0x0f);
                return value;
            }
        }
        endOfLongVarint();
        return value;
    }

    long varint64() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte b = varintByte();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                refuseDroppedBits(shift == 63 && b > 1);
                return value;
            }
        }
        endOfLongVarint();
        return value;
    }

    /** The subtag of a view or a field of an error. */
    byte varint8() {
        byte low = varintByte();
        if (low >= 0) {
            return low;
        }
        byte high = varintByte();
        refuseDroppedBits(high < 0 || high > 1);
        return (byte) ((low & 0x7f) | (high << 7));
    }

    long doubleBits() {
        if (remaining() < Long.BYTES) {
            throw truncated("a double");
        }
        long bits = (long) LONGS.get(bytes, at);
        at += Long.BYTES;
        return bits;
    }

    /** Passes over so many bytes, which must be there, and returns the offset of the first. */
    int claim(long length, String what) {
        if (length < 0 || length > remaining()) {
            // One byte that is missing is a cut, a claim of gigabytes is a lie; both are told as what was claimed.
            V8FormatException.Kind kind = length < 0 || length > (long) end - start
                    ? V8FormatException.Kind.BAD_LENGTH
                    : V8FormatException.Kind.TRUNCATED;
            throw malformed(
                    kind,
                    what + " claims " + Long.toUnsignedString(length) + " bytes where " + remaining() + " are left",
                    offset());
        }
        int from = offset();
        at += (int) length;
        return from;
    }

    byte[] copy(int offset, int length) {
        byte[] copy = new byte[length];
        System.arraycopy(bytes, start + offset, copy, 0, length);
        return copy;
    }

    byte at(int offset) {
        return bytes[start + offset];
    }

    String latin1(int offset, int length) {
        return new String(bytes, start + offset, length, StandardCharsets.ISO_8859_1);
    }

    String utf8(int offset, int length) {
        return new String(bytes, start + offset, length, StandardCharsets.UTF_8);
    }

    /** Unit by unit: a charset decoder would replace unpaired surrogates. */
    String utf16(int offset, int length) {
        char[] units = new char[length >> 1];
        for (int i = 0, from = start + offset; i < units.length; i++, from += 2) {
            units[i] = (char) ((bytes[from] & 0xff) | (bytes[from + 1] << 8));
        }
        return new String(units);
    }

    V8FormatException malformed(V8FormatException.Kind kind, String detail, int offset) {
        return new V8FormatException(kind, detail, path.get(), offset);
    }

    V8FormatException truncated(String what) {
        return malformed(V8FormatException.Kind.TRUNCATED, "the input ends where " + what + " must stand", offset());
    }

    String path() {
        return path.get();
    }

    private byte varintByte() {
        if (at >= end) {
            throw truncated("a length or an integer");
        }
        return bytes[at++];
    }

    private void refuseDroppedBits(boolean dropped) {
        if (dropped && strict) {
            throw malformed(
                    V8FormatException.Kind.BAD_LENGTH,
                    "a variable-length integer has bits beyond its width, which V8 never writes; V8Options.Strictness.AS_V8 drops them",
                    offset());
        }
    }

    /** V8 stops after the last byte that its width allows, whatever the top bit says, unless the input ends there. */
    private void endOfLongVarint() {
        if (at >= end) {
            throw truncated("the rest of an integer");
        }
        refuseDroppedBits(true);
    }
}
