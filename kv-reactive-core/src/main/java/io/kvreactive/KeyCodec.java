// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The order-preserving encoding of key parts, {@code docs/spec/keys-and-values.md} section 1. */
final class KeyCodec {

    /** The largest integer up to which every integer is exact as a double: JavaScript's MAX_SAFE_INTEGER. */
    static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private static final int END = 0x00;
    static final int ESCAPE = 0xFF;
    private static final int BYTES = 0x01;
    private static final int STRING = 0x02;
    private static final int LONG_NEGATIVE_BIGINT = 0x0B;
    private static final int ZERO_BIGINT = 0x14;
    private static final int LONG_POSITIVE_BIGINT = 0x1D;
    private static final int NUMBER = 0x21;
    private static final int FALSE = 0x26;
    private static final int TRUE = 0x27;

    private static final int MAX_SHORT_MAGNITUDE = 8;
    private static final int MAX_MAGNITUDE = 255;
    private static final long CANONICAL_NAN = 0x7FF8000000000000L;

    private static final int MOST_PARTS_SHOWN = 16;
    private static final int MOST_PARTS_OF_A_TAG = 8;

    private static final String EXPECTED =
            "a key part is a String, a byte[] or ByteBuffer, a BigInteger, an Integer, Long or Double (or smaller), or a Boolean";

    private KeyCodec() {}

    /** The encoding of {@code parts} after {@code prefix}; {@code firstIndex} numbers the parts in messages. */
    static byte[] encode(byte[] prefix, @Nullable Object[] parts) {
        Out out = new Out(prefix, prefix.length + 16 * parts.length);
        for (int i = 0; i < parts.length; i++) {
            encodePart(out, parts[i], i);
        }
        return out.toByteArray();
    }

    private static void encodePart(Out out, @Nullable Object part, int index) {
        if (part instanceof String s) {
            encodeString(out, s);
        } else if (part instanceof Integer || part instanceof Short || part instanceof Byte) {
            encodeNumber(out, ((Number) part).doubleValue());
        } else if (part instanceof Long n) {
            if (n > MAX_SAFE_INTEGER || n < -MAX_SAFE_INTEGER) {
                throw new IllegalArgumentException(
                        "part " + index + " of the key is a long beyond ±(2^53 − 1), which a number cannot"
                                + " hold exactly; use BigInteger.valueOf(..) (a bigint in JavaScript) or a String");
            }
            encodeNumber(out, n.doubleValue());
        } else if (part instanceof Double || part instanceof Float) {
            encodeNumber(out, ((Number) part).doubleValue());
        } else if (part instanceof Boolean b) {
            out.write(b ? TRUE : FALSE);
        } else if (part instanceof BigInteger n) {
            encodeBigInteger(out, n, index);
        } else if (part instanceof byte[] bytes) {
            encodeBytes(out, bytes);
        } else if (part instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            encodeBytes(out, bytes);
        } else if (part instanceof KvKey) {
            throw new IllegalArgumentException(
                    "part " + index + " of the key is a KvKey; use key.append(..) to build on a key");
        } else {
            throw new IllegalArgumentException("part " + index + " of the key is "
                    + (part == null ? "null" : "a " + part.getClass().getName()) + "; " + EXPECTED);
        }
    }

    private static void encodeBytes(Out out, byte[] bytes) {
        out.write(BYTES);
        for (byte b : bytes) {
            out.writeEscaped(b);
        }
        out.write(END);
    }

    /** UTF-8 by hand: an unpaired surrogate is U+FFFD for Deno, but would be a question mark for {@code String.getBytes}. */
    private static void encodeString(Out out, String s) {
        out.write(STRING);
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c < 0x80) {
                out.writeEscaped(c);
            } else if (c < 0x800) {
                out.write(0xC0 | (c >> 6));
                out.write(0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < s.length()
                    && Character.isLowSurrogate(s.charAt(i + 1))) {
                int codePoint = Character.toCodePoint(c, s.charAt(++i));
                out.write(0xF0 | (codePoint >> 18));
                out.write(0x80 | ((codePoint >> 12) & 0x3F));
                out.write(0x80 | ((codePoint >> 6) & 0x3F));
                out.write(0x80 | (codePoint & 0x3F));
            } else {
                int unit = Character.isSurrogate(c) ? 0xFFFD : c;
                out.write(0xE0 | (unit >> 12));
                out.write(0x80 | ((unit >> 6) & 0x3F));
                out.write(0x80 | (unit & 0x3F));
            }
        }
        out.write(END);
    }

    private static void encodeNumber(Out out, double number) {
        long bits = Double.doubleToRawLongBits(number);
        if (Double.isNaN(number)) {
            // The payload of a NaN is dropped, its sign stays.
            bits = (bits & Long.MIN_VALUE) | CANONICAL_NAN;
        }
        out.write(NUMBER);
        out.writeLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
    }

    private static void encodeBigInteger(Out out, BigInteger n, int index) {
        byte[] magnitude = n.abs().toByteArray();
        // toByteArray() puts a zero byte before a magnitude whose top bit is set.
        int from = magnitude[0] == 0 ? 1 : 0;
        int length = magnitude.length - from;
        if (length > MAX_MAGNITUDE) {
            throw new IllegalArgumentException("part " + index + " of the key is a BigInteger of " + length
                    + " bytes; at most 255 bytes can be encoded");
        }
        int flip = n.signum() < 0 ? 0xFF : 0;
        if (length <= MAX_SHORT_MAGNITUDE) {
            out.write(ZERO_BIGINT + n.signum() * length);
        } else {
            out.write(n.signum() < 0 ? LONG_NEGATIVE_BIGINT : LONG_POSITIVE_BIGINT);
            out.write(length ^ flip);
        }
        for (int i = from; i < magnitude.length; i++) {
            out.write(magnitude[i] ^ flip);
        }
    }

    /** The parts of an encoded key. Strict, but for integers longer than needed, which foreign writers may produce. */
    static List<Object> decode(byte[] encoded) {
        List<Object> parts = new ArrayList<>();
        new In(encoded).readAll(parts);
        return parts;
    }

    /** Fails as {@link #decode} does, without building the parts. */
    static void validate(byte[] encoded) {
        new In(encoded).readAll(null);
    }

    /** The types and lengths of the parts, without their content: for messages. */
    static String shape(byte[] encoded) {
        try {
            List<Object> parts = decode(encoded);
            StringBuilder shape = new StringBuilder("[");
            for (Object part : parts.subList(0, Math.min(parts.size(), MOST_PARTS_SHOWN))) {
                shape.append(shape.length() > 1 ? ", " : "").append(shapeOf(part));
            }
            int more = parts.size() - MOST_PARTS_SHOWN;
            return shape.append(more > 0 ? ", and " + more + " more]" : "]").toString();
        } catch (KvDecodeException e) {
            return "[undecodable, " + encoded.length + " bytes]";
        }
    }

    private static String shapeOf(Object part) {
        if (part instanceof String s) {
            return "string(" + s.length() + ")";
        }
        return part instanceof byte[] b ? "bytes(" + b.length + ")" : typeOf(part);
    }

    private static String typeOf(Object part) {
        if (part instanceof String) {
            return "string";
        }
        if (part instanceof byte[]) {
            return "bytes";
        }
        return part instanceof BigInteger ? "bigint" : part instanceof Boolean ? "boolean" : "number";
    }

    /** The types of the parts only, of few of them: for tags, of which a program must not have many. */
    static String types(byte[] encoded) {
        try {
            List<Object> parts = decode(encoded);
            return parts.stream()
                    .limit(MOST_PARTS_OF_A_TAG)
                    .map(KeyCodec::typeOf)
                    .collect(Collectors.joining(", ", "[", parts.size() > MOST_PARTS_OF_A_TAG ? ", more]" : "]"));
        } catch (KvDecodeException e) {
            return "undecodable";
        }
    }

    /** A growing byte array. */
    private static final class Out {
        private byte[] bytes;
        private int length;

        Out(byte[] prefix, int capacity) {
            bytes = Arrays.copyOf(prefix, capacity);
            length = prefix.length;
        }

        void write(int b) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(16, length * 2));
            }
            bytes[length++] = (byte) b;
        }

        void writeEscaped(int b) {
            write(b);
            if (b == 0) {
                write(ESCAPE);
            }
        }

        void writeLong(long v) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                write((int) (v >> shift));
            }
        }

        byte[] toByteArray() {
            return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        }
    }

    /** A reader of one encoded key. */
    private static final class In {
        private final byte[] bytes;
        private int at;

        In(byte[] bytes) {
            this.bytes = bytes;
        }

        void readAll(@Nullable List<Object> parts) {
            while (at < bytes.length) {
                int start = at;
                int tag = next();
                switch (tag) {
                    case BYTES -> {
                        byte[] content = readEscaped();
                        add(parts, content);
                    }
                    case STRING -> add(parts, readString(start));
                    case NUMBER -> add(parts, readNumber());
                    case FALSE -> add(parts, false);
                    case TRUE -> add(parts, true);
                    default -> add(parts, readBigInteger(tag, start));
                }
            }
        }

        private static void add(@Nullable List<Object> parts, Object part) {
            if (parts != null) {
                parts.add(part);
            }
        }

        private int next() {
            if (at == bytes.length) {
                throw malformed("unexpected end", at);
            }
            return bytes[at++] & 0xFF;
        }

        private byte[] readEscaped() {
            int from = at;
            int escapes = 0;
            while (true) {
                if (next() == END) {
                    if (at < bytes.length && (bytes[at] & 0xFF) == ESCAPE) {
                        at++;
                        escapes++;
                    } else {
                        break;
                    }
                }
            }
            byte[] content = new byte[at - 1 - from - escapes];
            for (int i = from, to = 0; to < content.length; i++) {
                content[to++] = bytes[i];
                if (bytes[i] == 0) {
                    i++;
                }
            }
            return content;
        }

        private String readString(int start) {
            byte[] content = readEscaped();
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)
                        .decode(ByteBuffer.wrap(content))
                        .toString();
            } catch (CharacterCodingException e) {
                throw malformed("a string that is not UTF-8", start);
            }
        }

        private Number readNumber() {
            long bits = 0;
            for (int i = 0; i < 8; i++) {
                bits = (bits << 8) | next();
            }
            double number = Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
            long integer = (long) number;
            boolean exact = integer == number
                    && Math.abs(integer) <= MAX_SAFE_INTEGER
                    && (integer != 0 || Double.doubleToRawLongBits(number) == 0);
            if (exact) {
                return integer;
            }
            return number;
        }

        private BigInteger readBigInteger(int tag, int start) {
            if (tag < LONG_NEGATIVE_BIGINT || tag > LONG_POSITIVE_BIGINT) {
                throw malformed("the unknown tag " + String.format("%02x", tag), start);
            }
            boolean negative = tag < ZERO_BIGINT;
            int flip = negative ? 0xFF : 0;
            boolean isLong = tag == LONG_NEGATIVE_BIGINT || tag == LONG_POSITIVE_BIGINT;
            int length = isLong ? next() ^ flip : Math.abs(tag - ZERO_BIGINT);
            byte[] magnitude = new byte[length];
            for (int i = 0; i < length; i++) {
                magnitude[i] = (byte) (next() ^ flip);
            }
            BigInteger n = new BigInteger(1, magnitude);
            return negative ? n.negate() : n;
        }

        private KvDecodeException malformed(String what, int offset) {
            return new KvDecodeException(
                    "the encoded key of " + bytes.length + " bytes has " + what + " at byte " + offset, bytes, null);
        }
    }
}
