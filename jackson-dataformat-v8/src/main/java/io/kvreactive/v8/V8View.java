// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A typed array or DataView: a part of a buffer, seen as elements. Views on one buffer share it. The whole buffer is written, not just the part.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.10"
 */
public final class V8View implements V8Value {

    private static final int TRACKING = 1;
    private static final int ON_RESIZABLE = 2;

    private final Kind kind;
    private final V8ArrayBuffer buffer;
    private final int byteOffset;
    private final long storedLength;
    private final int flags;

    private V8View(Kind kind, V8ArrayBuffer buffer, int byteOffset, long storedLength, int flags) {
        this.kind = kind;
        this.buffer = buffer;
        this.byteOffset = byteOffset;
        this.storedLength = storedLength;
        this.flags = flags;
    }

    /**
     * A view on a whole buffer.
     *
     * @param kind what the elements are
     * @param buffer the buffer, of whole elements
     * @return the view
     */
    public static V8View of(Kind kind, V8ArrayBuffer buffer) {
        return of(kind, buffer, 0, buffer.byteLength());
    }

    /**
     * A view on a part of a buffer.
     *
     * @param kind what the elements are
     * @param buffer the buffer
     * @param byteOffset where the part begins, in bytes, at a whole element
     * @param byteLength how long it is, in bytes, of whole elements
     * @return the view
     */
    public static V8View of(Kind kind, V8ArrayBuffer buffer, int byteOffset, int byteLength) {
        int flags = buffer.kind() == V8ArrayBuffer.Kind.RESIZABLE ? ON_RESIZABLE : 0;
        return stored(kind, buffer, byteOffset, byteLength, flags);
    }

    /**
     * A view that follows the size of a resizable buffer.
     *
     * @param kind what the elements are
     * @param buffer a resizable buffer
     * @param byteOffset where the view begins, in bytes, at a whole element
     * @return the view
     */
    public static V8View tracking(Kind kind, V8ArrayBuffer buffer, int byteOffset) {
        return stored(kind, buffer, byteOffset, 0, TRACKING | ON_RESIZABLE);
    }

    static V8View stored(Kind kind, V8ArrayBuffer buffer, int byteOffset, long storedLength, int flags) {
        Objects.requireNonNull(kind, "kind");
        Payload.BufferShape shape = new Payload.BufferShape(buffer.byteLength(), buffer.kind());
        if (!fits(kind, shape, byteOffset, storedLength, flags)) {
            throw new IllegalArgumentException("a " + kind.typeName() + " from " + byteOffset + " over " + storedLength
                    + " bytes does not fit on a " + buffer.kind() + " buffer of " + buffer.byteLength() + " bytes");
        }
        return new V8View(kind, buffer, byteOffset, storedLength, flags);
    }

    /** Whether a view can stand on a buffer; offset and length are unsigned. */
    static boolean fits(Kind kind, Payload.BufferShape buffer, long offset, long length, int flags) {
        boolean resizable = buffer.kind() == V8ArrayBuffer.Kind.RESIZABLE;
        return Long.compareUnsigned(offset, buffer.length()) <= 0
                && Long.compareUnsigned(length, buffer.length() - offset) <= 0
                && offset % kind.elementSize() == 0
                && length % kind.elementSize() == 0
                && resizable == ((flags & ON_RESIZABLE) != 0)
                && (resizable || (flags & TRACKING) == 0);
    }

    /**
     * What the elements are.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The buffer, whole.
     *
     * @return the buffer that other views may share
     */
    public V8ArrayBuffer buffer() {
        return buffer;
    }

    /**
     * Where the view begins in its buffer.
     *
     * @return the offset in bytes
     */
    public int byteOffset() {
        return byteOffset;
    }

    /**
     * How much the view shows: for one that follows its buffer's size, the whole elements up to the end.
     *
     * @return the length in bytes
     */
    public int byteLength() {
        if (!isTracking()) {
            return (int) storedLength;
        }
        int rest = buffer.byteLength() - byteOffset;
        return rest - rest % kind.elementSize();
    }

    /**
     * The number of elements.
     *
     * @return the length in elements
     */
    public int length() {
        return byteLength() / kind.elementSize();
    }

    /**
     * Whether the view follows the size of its buffer.
     *
     * @return true if it does
     */
    public boolean isTracking() {
        return (flags & TRACKING) != 0;
    }

    /**
     * The visible bytes, of any kind of view.
     *
     * @return a new array
     */
    public byte[] toByteArray() {
        byte[] bytes = new byte[byteLength()];
        System.arraycopy(buffer.array(), byteOffset, bytes, 0, bytes.length);
        return bytes;
    }

    /**
     * The elements of a view of integers of at most 16 bits, or of 32 signed ones.
     *
     * @return a new array
     * @throws IllegalStateException for other kinds
     */
    public int[] toIntArray() {
        require(kind.integral && (kind.elementSize < 4 || kind == Kind.INT32), "int");
        int[] elements = new int[length()];
        ByteBuffer bytes = bytes();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (int) integer(bytes, i);
        }
        return elements;
    }

    /**
     * The elements of a view of integers but for BigUint64.
     *
     * @return a new array
     * @throws IllegalStateException for other kinds
     */
    public long[] toLongArray() {
        require(kind.integral || kind == Kind.BIG_INT64, "long");
        long[] elements = new long[length()];
        ByteBuffer bytes = bytes();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = integer(bytes, i);
        }
        return elements;
    }

    /**
     * The elements of a view of floats of 16 or 32 bits.
     *
     * @return a new array
     * @throws IllegalStateException for other kinds
     */
    public float[] toFloatArray() {
        require(kind == Kind.FLOAT16 || kind == Kind.FLOAT32, "float");
        float[] elements = new float[length()];
        ByteBuffer bytes = bytes();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) number(bytes, i);
        }
        return elements;
    }

    /**
     * The elements of a view of numbers, of any kind but bigints.
     *
     * @return a new array
     * @throws IllegalStateException for other kinds
     */
    public double[] toDoubleArray() {
        require(kind != Kind.DATA_VIEW && kind != Kind.BIG_INT64 && kind != Kind.BIG_UINT64, "double");
        double[] elements = new double[length()];
        ByteBuffer bytes = bytes();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = number(bytes, i);
        }
        return elements;
    }

    /**
     * The elements of a view of bigints.
     *
     * @return a new array
     * @throws IllegalStateException for other kinds
     */
    public BigInteger[] toBigIntegerArray() {
        require(kind == Kind.BIG_INT64 || kind == Kind.BIG_UINT64, "BigInteger");
        BigInteger[] elements = new BigInteger[length()];
        ByteBuffer bytes = bytes();
        for (int i = 0; i < elements.length; i++) {
            BigInteger signed = BigInteger.valueOf(bytes.getLong(i * Long.BYTES));
            boolean wrapped = kind == Kind.BIG_UINT64 && signed.signum() < 0;
            elements[i] = wrapped ? signed.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : signed;
        }
        return elements;
    }

    long storedLength() {
        return storedLength;
    }

    int flags() {
        return flags;
    }

    private ByteBuffer bytes() {
        return ByteBuffer.wrap(buffer.array(), byteOffset, byteLength()).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private long integer(ByteBuffer bytes, int i) {
        return switch (kind) {
            case INT8 -> bytes.get(i);
            case UINT8, UINT8_CLAMPED -> bytes.get(i) & 0xff;
            case INT16 -> bytes.getShort(i * 2);
            case UINT16 -> bytes.getShort(i * 2) & 0xffff;
            case INT32 -> bytes.getInt(i * 4);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(i * 4));
            default -> bytes.getLong(i * 8);
        };
    }

    private double number(ByteBuffer bytes, int i) {
        return switch (kind) {
            case FLOAT16 -> float16(bytes.getShort(i * 2));
            case FLOAT32 -> bytes.getFloat(i * 4);
            case FLOAT64 -> bytes.getDouble(i * 8);
            default -> integer(bytes, i);
        };
    }

    /** JDK 20 has this as Float.float16ToFloat. */
    private static float float16(short half) {
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
        };
        return half < 0 ? -magnitude : magnitude;
    }

    private void require(boolean possible, String wanted) {
        if (!possible) {
            throw new IllegalStateException("the elements of a " + kind.typeName() + " are no " + wanted + " values");
        }
    }

    @Override
    public String toString() {
        return "V8View(" + kind.typeName() + ", " + byteLength() + " bytes)";
    }

    /** What the elements of a view are. */
    public enum Kind {
        /** {@code Int8Array}. */
        INT8("Int8Array", 'b', 1, 0),
        /** {@code Uint8Array}; plain Java has it as {@code byte[]}. */
        UINT8("Uint8Array", 'B', 1, 1),
        /** {@code Uint8ClampedArray}. */
        UINT8_CLAMPED("Uint8ClampedArray", 'C', 1, 2),
        /** {@code Int16Array}. */
        INT16("Int16Array", 'w', 2, 3),
        /** {@code Uint16Array}. */
        UINT16("Uint16Array", 'W', 2, 4),
        /** {@code Int32Array}. */
        INT32("Int32Array", 'd', 4, 5),
        /** {@code Uint32Array}. */
        UINT32("Uint32Array", 'D', 4, 6),
        /** {@code Float16Array}. */
        FLOAT16("Float16Array", 'h', 2, -1),
        /** {@code Float32Array}. */
        FLOAT32("Float32Array", 'f', 4, 7),
        /** {@code Float64Array}. */
        FLOAT64("Float64Array", 'F', 8, 8),
        /** {@code BigInt64Array}. */
        BIG_INT64("BigInt64Array", 'q', 8, 11),
        /** {@code BigUint64Array}. */
        BIG_UINT64("BigUint64Array", 'Q', 8, 12),
        /** {@code DataView}: bytes without elements. */
        DATA_VIEW("DataView", '?', 1, 9);

        private static final Kind[] ALL = values();
        private static final int NODE_BUFFER = 10;

        private final String typeName;
        private final byte subtag;
        private final int elementSize;
        private final int nodeIndex;
        private final boolean integral;

        Kind(String typeName, char subtag, int elementSize, int nodeIndex) {
            this.typeName = typeName;
            this.subtag = (byte) subtag;
            this.elementSize = elementSize;
            this.nodeIndex = nodeIndex;
            this.integral = typeName.startsWith("Int") || typeName.startsWith("Uint");
        }

        /**
         * JavaScript's name of the class.
         *
         * @return the name
         */
        public String typeName() {
            return typeName;
        }

        /**
         * The size of an element.
         *
         * @return the size in bytes
         */
        public int elementSize() {
            return elementSize;
        }

        byte subtag() {
            return subtag;
        }

        static @Nullable Kind of(byte subtag) {
            for (Kind kind : ALL) {
                if (kind.subtag == subtag) {
                    return kind;
                }
            }
            return null;
        }

        static @Nullable Kind ofNodeIndex(int index) {
            if (index == NODE_BUFFER) {
                return UINT8;
            }
            for (Kind kind : ALL) {
                if (kind.nodeIndex == index && index >= 0) {
                    return kind;
                }
            }
            return null;
        }
    }
}
