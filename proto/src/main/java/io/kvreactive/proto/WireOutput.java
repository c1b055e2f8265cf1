// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import io.kvreactive.spi.RawEntry;
import java.nio.ByteBuffer;

/** Fields of messages, written straight into a buffer, in the order and with the bytes of a generated message. */
final class WireOutput {

    private static final int VARINT = 0;
    private static final int BYTES = 2;

    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;
    private static final int ENTRY_ENCODING = 3;
    private static final int ENTRY_VERSIONSTAMP = 4;

    private WireOutput() {}

    /** The size of the content of a {@code KvEntry}. */
    static int sizeOf(RawEntry entry) {
        return sizeOfBytes(entry.key())
                + sizeOfBytes(entry.value().unsafeArray())
                + sizeOfNumber(encodingOf(entry))
                + sizeOfBytes(entry.versionstamp().toByteArray());
    }

    /** Writes the content of a {@code KvEntry}. */
    static void put(ByteBuffer target, RawEntry entry) {
        putBytes(target, ENTRY_KEY, entry.key());
        putBytes(target, ENTRY_VALUE, entry.value().unsafeArray());
        putNumber(target, ENTRY_ENCODING, encodingOf(entry));
        putBytes(target, ENTRY_VERSIONSTAMP, entry.versionstamp().toByteArray());
    }

    /** An entry that has a defect is sent with the encoding 0, which no sound value has: nobody shall take it for sound. */
    private static int encodingOf(RawEntry entry) {
        return entry.defect() == null ? entry.value().encoding() : 0;
    }

    /** The size of a message within a message, its tag and length included. */
    static int sizeOfMessage(int content) {
        return Math.addExact(1 + sizeOfVarint(content), content);
    }

    static void putMessageHead(ByteBuffer target, int field, int content) {
        putTag(target, field, BYTES);
        putVarint(target, content);
    }

    private static int sizeOfBytes(byte[] bytes) {
        return bytes.length == 0 ? 0 : sizeOfMessage(bytes.length);
    }

    private static void putBytes(ByteBuffer target, int field, byte[] bytes) {
        if (bytes.length > 0) {
            putMessageHead(target, field, bytes.length);
            target.put(bytes);
        }
    }

    static int sizeOfNumber(int number) {
        return number == 0 ? 0 : 1 + sizeOfVarint(number);
    }

    static void putNumber(ByteBuffer target, int field, int number) {
        if (number != 0) {
            putTag(target, field, VARINT);
            putVarint(target, number);
        }
    }

    private static void putTag(ByteBuffer target, int field, int type) {
        // No field has a number above 15, so one byte is enough.
        target.put((byte) (field << 3 | type));
    }

    /** A negative number is an unknown encoding, say, and ten bytes long. */
    private static int sizeOfVarint(int number) {
        return number < 0 ? 10 : (31 - Integer.numberOfLeadingZeros(number | 1)) / 7 + 1;
    }

    private static void putVarint(ByteBuffer target, long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            target.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }
}
