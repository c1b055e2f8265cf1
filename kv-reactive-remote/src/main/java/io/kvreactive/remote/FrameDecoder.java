// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.proto.KvConnect;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts the bytes of a watch into frames, however they were cut on the way ({@code docs/spec/kv-connect.md}, section 4.3). One thread at a time.
 */
final class FrameDecoder {

    /** What a frame is given room for before its bytes have come: its length is only a claim. */
    private static final int FIRST_ROOM = 16 << 10;

    private static final byte[] NO_ROOM = {};

    private final URI target;

    private int length;
    private int lengthBytes;
    private byte[] frame = NO_ROOM;
    private int size;

    FrameDecoder(URI target) {
        this.target = target;
    }

    /**
     * Takes the next bytes.
     *
     * @return the frames that they complete; signs of life, which are empty, are left out
     */
    List<byte[]> decode(byte[] bytes) {
        List<byte[]> frames = new ArrayList<>(1);
        int at = 0;
        while (at < bytes.length) {
            if (lengthBytes < Integer.BYTES) {
                length |= (bytes[at++] & 0xFF) << (8 * lengthBytes++);
                if (lengthBytes == Integer.BYTES) {
                    begin();
                }
            } else {
                int taken = Math.min(bytes.length - at, length - size);
                makeRoom(size + taken);
                System.arraycopy(bytes, at, frame, size, taken);
                size += taken;
                at += taken;
            }
            if (lengthBytes == Integer.BYTES && size == length) {
                if (length > 0) {
                    frames.add(frame);
                }
                end();
            }
        }
        return frames;
    }

    private void begin() {
        if (Integer.compareUnsigned(length, KvConnect.MAX_FRAME_BYTES) > 0) {
            throw CallFailure.of(
                    CallFailure.Kind.SENSELESS,
                    target,
                    "a frame claims " + Integer.toUnsignedLong(length) + " bytes, at most " + KvConnect.MAX_FRAME_BYTES
                            + " are taken",
                    null);
        }
        frame = new byte[Math.min(length, FIRST_ROOM)];
    }

    private void makeRoom(int needed) {
        if (needed > frame.length) {
            frame = Arrays.copyOf(frame, Math.min(length, Math.max(needed, 2 * frame.length)));
        }
    }

    private void end() {
        length = 0;
        lengthBytes = 0;
        frame = NO_ROOM;
        size = 0;
    }
}
