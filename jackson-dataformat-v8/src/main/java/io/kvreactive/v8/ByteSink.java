// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/** The growing output and the elementary encodings on it. */
final class ByteSink {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NAN = 0x7ff8000000000000L;
    private static final int VERSION_AT = 1;
    private static final int FIRST_LENGTH = 128;
    private static final int LONGEST_VARINT = 10;

    private final int maxBytes;
    private byte[] bytes;
    private int size;
    private Supplier<String> path = () -> "$";

    ByteSink(V8Options options) {
        this(options, new byte[FIRST_LENGTH]);
    }

    /** A sink that begins in an array of somebody's. */
    ByteSink(V8Options options, byte[] buffer) {
        this.bytes = buffer;
        this.maxBytes = options.maxBytes();
        put(Tag.VERSION);
        put((byte) options.version());
    }

    void locateWith(Supplier<String> path) {
        this.path = path;
    }

    String path() {
        return path.get();
    }

    byte[] array() {
        return bytes;
    }

    void writeTo(OutputStream target) throws IOException {
        requireSize(size);
        target.write(bytes, 0, size);
    }

    byte[] toByteArray() {
        requireSize(size);
        return Arrays.copyOf(bytes, size);
    }

    /** Sizes beyond 32 bits exist from version 16 on; the version is one byte behind the first. */
    void requireVersion16() {
        bytes[VERSION_AT] = 16;
    }

    boolean isVersion16() {
        return bytes[VERSION_AT] == 16;
    }

    void put(byte tag) {
        ensure(1);
        bytes[size++] = tag;
    }

    /** A tag and the integer that follows it. */
    void put(byte tag, long varint) {
        ensure(1 + LONGEST_VARINT);
        bytes[size++] = tag;
        if (varint >>> 7 == 0) {
            bytes[size++] = (byte) varint;
        } else {
            longVarint(varint);
        }
    }

    void put(byte[] content) {
        put(content, 0, content.length);
    }

    void put(byte[] content, int from, int length) {
        ensure(length);
        System.arraycopy(content, from, bytes, size, length);
        size += length;
    }

    void varint(long value) {
        ensure(LONGEST_VARINT);
        longVarint(value);
    }

    /** Where there is room. */
    private void longVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Leaves one byte for a length that is known later, and says where. */
    int reserveLength() {
        put((byte) 0);
        return size - 1;
    }

    /** Fills in a length, moving what follows if it takes more than the byte reserved. */
    void fillLength(int at, int length) {
        int more = 0;
        for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
            more++;
        }
        ensure(more);
        System.arraycopy(bytes, at + 1, bytes, at + 1 + more, size - at - 1);
        int end = size + more;
        size = at;
        varint(length);
        size = end;
    }

    /** A primitive in an object. */
    void boxed(V8Value primitive) {
        if (primitive instanceof V8Number number) {
            put(Tag.BOXED_NUMBER);
            bits(number.bits());
        } else if (primitive instanceof V8BigInt bigint) {
            bigint(Tag.BOXED_BIGINT, bigint.value(), bigint.byteLength());
        } else if (primitive instanceof V8String text) {
            put(Tag.BOXED_STRING);
            string(text.text(), text.encoding());
        } else {
            put(primitive == V8Boolean.TRUE ? Tag.BOXED_TRUE : Tag.BOXED_FALSE);
        }
    }

    void buffer(V8ArrayBuffer buffer) {
        put(
                switch (buffer.kind()) {
                    case FIXED -> Tag.BUFFER;
                    case RESIZABLE -> Tag.RESIZABLE_BUFFER;
                    case IMMUTABLE -> Tag.IMMUTABLE_BUFFER;
                });
        varint(buffer.byteLength());
        if (buffer.kind() == V8ArrayBuffer.Kind.RESIZABLE) {
            if (buffer.maxByteLength() >>> 32 != 0) {
                requireVersion16();
            }
            varint(buffer.maxByteLength());
        }
        put(buffer.array());
    }

    /** An exact-size buffer and a Uint8Array on it. */
    void uint8Array(byte[] content, int from, int length) {
        put(Tag.BUFFER);
        varint(length);
        put(content, from, length);
        put(Tag.VIEW);
        put(V8View.Kind.UINT8.subtag());
        put((byte) 0);
        varint(length);
        put((byte) 0);
    }

    void int32(int value) {
        put(Tag.INT32, Integer.toUnsignedLong(value << 1 ^ value >> 31));
    }

    /** A number as V8 writes a literal. */
    void number(double value) {
        int integer = (int) value;
        if (integer == value && (integer != 0 || Double.doubleToRawLongBits(value) == 0)) {
            int32(integer);
        } else {
            float64(value);
        }
    }

    void float64(double value) {
        ensure(1 + Long.BYTES);
        bytes[size++] = Tag.DOUBLE;
        LONGS.set(bytes, size, Double.isNaN(value) ? NAN : Double.doubleToRawLongBits(value));
        size += Long.BYTES;
    }

    void bits(long bits) {
        ensure(Long.BYTES);
        LONGS.set(bytes, size, bits);
        size += Long.BYTES;
    }

    void bigint(byte tag, BigInteger value, int byteLength) {
        put(tag);
        varint((long) byteLength << 1 | (value.signum() < 0 ? 1 : 0));
        byte[] magnitude = value.abs().toByteArray();
        ensure(byteLength);
        int digits = Math.min(magnitude.length, byteLength);
        for (int i = 0; i < digits; i++) {
            bytes[size + i] = magnitude[magnitude.length - 1 - i];
        }
        Arrays.fill(bytes, size + digits, size + byteLength, (byte) 0);
        size += byteLength;
    }

    /** As V8 chooses it: a multiple of eight bytes, none for zero. */
    static int bigintLength(BigInteger value) {
        return (value.abs().bitLength() + 63) / 64 * 8;
    }

    /** A string in one byte a unit, or in two if some unit asks for it. */
    @SuppressWarnings(
            "deprecation") // getBytes drops upper bytes, of which there are none here, and so may copy the whole at
    // once
    void string(String text) {
        int length = text.length();
        int start = size;
        startLatin1(length);
        int all = 0;
        for (int i = 0; i < length; i++) {
            all |= text.charAt(i);
        }
        if (all > 0xff) {
            size = start;
            utf16(text);
        } else {
            text.getBytes(0, length, bytes, size);
            size += length;
        }
    }

    void latin1(byte[] units) {
        startLatin1(units.length);
        System.arraycopy(units, 0, bytes, size, units.length);
        size += units.length;
    }

    /** Tag and length, and room for the units. */
    private void startLatin1(int length) {
        ensure(1 + LONGEST_VARINT + length);
        bytes[size++] = Tag.LATIN1;
        if (length < 0x80) {
            bytes[size++] = (byte) length;
        } else {
            longVarint(length);
        }
    }

    void string(String text, V8String.Encoding encoding) {
        switch (encoding) {
            case LATIN1 -> string(text);
            case UTF16 -> utf16(text);
            case UTF8 -> {
                byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
                put(Tag.UTF8);
                varint(encoded.length);
                put(encoded);
            }
        }
    }

    static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    static void requireEncodable(String text, V8String.Encoding encoding) {
        if (encoding == V8String.Encoding.LATIN1 && !isLatin1(text)) {
            throw new IllegalArgumentException("encoding: a unit is beyond 0xFF");
        }
        if (encoding == V8String.Encoding.UTF8) {
            try {
                StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("encoding: UTF-8 does not hold unpaired surrogates", e);
            }
        }
    }

    /** V8 lets the units start at an even offset of the whole output; readers do not ask for it. */
    private void utf16(String text) {
        long length = 2L * text.length();
        int lengthBytes = 1;
        for (long rest = length >>> 7; rest != 0; rest >>>= 7) {
            lengthBytes++;
        }
        if ((size + 1 + lengthBytes) % 2 != 0) {
            put(Tag.PADDING);
        }
        put(Tag.UTF16, length);
        ensure((int) length);
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            bytes[size++] = (byte) unit;
            bytes[size++] = (byte) (unit >> 8);
        }
    }

    /** Makes room; a number beyond all arrays comes as a negative one. */
    private void ensure(int more) {
        if (bytes.length - size < more || more < 0) {
            grow(Integer.toUnsignedLong(more));
        }
    }

    private void grow(long more) {
        long needed = size + more;
        // A margin of a varint, which asks for more than it takes; the exact limit is checked at the end.
        requireSize(needed - LONGEST_VARINT);
        bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(needed, 2L * bytes.length), Integer.MAX_VALUE - 8));
    }

    private void requireSize(long wanted) {
        if (wanted > maxBytes) {
            throw new V8UnsupportedException(
                    V8UnsupportedException.Reason.TOO_LARGE,
                    "more than the " + maxBytes + " bytes that V8Options.maxBytes allows",
                    path.get(),
                    -1);
        }
    }
}
