// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes malformed bytes of well-formed ones, the same for the same seed. */
final class Mutations {

    private final SplittableRandom random;

    Mutations(long seed) {
        this.random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** One to four changes, from a place on. */
    byte[] of(byte[] original, int from) {
        byte[] changed = original;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            changed = once(changed, Math.min(from, changed.length));
        }
        return changed;
    }

    private byte[] once(byte[] bytes, int from) {
        int at = from + (bytes.length > from ? random.nextInt(bytes.length - from) : 0);
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> replaced(bytes, at, 0, random(1 + random.nextInt(8)));
            case 2 -> replaced(bytes, at, Math.min(1 + random.nextInt(8), bytes.length - at), new byte[0]);
            case 3 -> replaced(bytes, at, Math.min(4, bytes.length - at), random(4));
            case 4 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, from, at));
            case 5 -> replaced(bytes, at, Math.min(1, bytes.length - at), new byte[] {(byte) 0xFF});
            case 6 -> replaced(bytes, at, Math.min(1, bytes.length - at), new byte[] {0});
            default -> flipped(bytes, at);
        };
    }

    private byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        if (at < flipped.length) {
            flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
        return RawRequests.join(Arrays.copyOf(bytes, at), by, Arrays.copyOfRange(bytes, at + length, bytes.length));
    }

    byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
