// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The tokens of a plain value, in the order in which a parser gives them, each a word: what it is, where its tag stands, and an int that says more.
 * A plain value has no references, Maps, holes or anything else whose tokens are not simply one after the other.
 */
final class Tape {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    static final int NAME = 0;
    static final int NULL = 1;
    static final int UNDEFINED = 2;
    static final int TRUE = 3;
    static final int FALSE = 4;
    static final int INT32 = 5;
    static final int DOUBLE = 6;
    static final int BIGINT = 7;
    static final int LATIN1 = 8;
    static final int UTF16 = 9;
    static final int UTF8 = 10;
    static final int DATE = 11;
    static final int BYTES = 12;
    static final int OBJECT = 13;
    static final int ARRAY = 14;
    static final int SET = 15;
    static final int END_OBJECT = 16;
    static final int END_ARRAY = 17;
    static final int END = 18;

    /** The offset has the bits between the kind and the int. */
    static final int MAX_BYTES = 1 << 27;

    private static final int KIND_SHIFT = 59;
    private static final int OFFSET_SHIFT = 32;
    private static final int OFFSET_MASK = MAX_BYTES - 1;
    private static final int BYTES_PER_WORD = 4;
    private static final int LEAST = 16;

    private byte[] buffer;
    private int size;

    /** An empty tape in a buffer, for whose bytes nothing else has a use meanwhile. */
    Tape(byte[] buffer) {
        this.buffer = buffer;
    }

    /** How large a buffer the tape of a value of so many bytes needs, as a rule. */
    static int expected(int bytes) {
        return (LEAST + bytes / BYTES_PER_WORD) * Long.BYTES;
    }

    /** The buffer, perhaps a larger one now. */
    byte[] buffer() {
        return buffer;
    }

    void add(int kind, int offset, int more) {
        int at = size++ << 3;
        if (at + Long.BYTES > buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        LONGS.set(buffer, at, word(kind, offset, more));
    }

    private static long word(int kind, int offset, int more) {
        return (long) kind << KIND_SHIFT | (long) offset << OFFSET_SHIFT | Integer.toUnsignedLong(more);
    }

    /** Says more of a word that is there. */
    void tellMore(int at, int more) {
        LONGS.set(buffer, at << 3, (at(at) & ~0xffffffffL) | Integer.toUnsignedLong(more));
    }

    int size() {
        return size;
    }

    /** A word, to be taken apart by the methods below. */
    long at(int at) {
        return (long) LONGS.get(buffer, at << 3);
    }

    static int kind(long word) {
        return (int) (word >>> KIND_SHIFT);
    }

    /** Where the tag stands. */
    static int offset(long word) {
        return (int) (word >>> OFFSET_SHIFT) & OFFSET_MASK;
    }

    /** The number of a name, the value of an integer, the length of a string, the end of a container, the beginning that an end belongs to. */
    static int more(long word) {
        return (int) word;
    }

    /** Where the word after a value is. */
    int after(int at) {
        long word = at(at);
        int kind = kind(word);
        return kind >= OBJECT && kind <= SET ? more(word) + 1 : at + 1;
    }
}
