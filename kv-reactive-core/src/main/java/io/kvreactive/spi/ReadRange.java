// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import java.util.Arrays;

/** A range of encoded keys to read. Immutable; its arrays are shared. */
public final class ReadRange {

    private final byte[] start;
    private final byte[] end;
    private final int limit;
    private final boolean isReverse;

    private ReadRange(byte[] start, byte[] end, int limit, boolean isReverse) {
        this.start = start;
        this.end = end;
        this.limit = limit;
        this.isReverse = isReverse;
    }

    /**
     * The entries from a start to an end, ascending.
     *
     * @param start the first key, inclusive
     * @param end the last key, exclusive
     * @param limit the most entries to give
     * @return the range
     */
    public static ReadRange ascending(byte[] start, byte[] end, int limit) {
        return new ReadRange(start, end, limit, false);
    }

    /**
     * The entries from before an end down to a start.
     *
     * @param start the smallest key, inclusive
     * @param end the greatest key, exclusive
     * @param limit the most entries to give
     * @return the range
     */
    public static ReadRange descending(byte[] start, byte[] end, int limit) {
        return new ReadRange(start, end, limit, true);
    }

    /**
     * One key: the range from it to its immediate successor, with limit 1.
     *
     * @param key the key
     * @return the range
     */
    public static ReadRange point(byte[] key) {
        return new ReadRange(key, Arrays.copyOf(key, key.length + 1), 1, false);
    }

    /**
     * The smallest key.
     *
     * @return the bound, inclusive; shared
     */
    public byte[] start() {
        return start;
    }

    /**
     * The greatest key.
     *
     * @return the bound, exclusive; shared
     */
    public byte[] end() {
        return end;
    }

    /**
     * The most entries to give.
     *
     * @return 1 or more
     */
    public int limit() {
        return limit;
    }

    /**
     * Tells the direction.
     *
     * @return true for descending
     */
    public boolean isReverse() {
        return isReverse;
    }

    /**
     * Tells whether the range holds one key at the most, so that a point read does.
     *
     * @return true if so
     */
    public boolean isPoint() {
        return end.length == start.length + 1
                && end[start.length] == 0
                && Arrays.equals(start, 0, start.length, end, 0, start.length);
    }

    /** The shapes of the bounds, the limit and the direction. */
    @Override
    public String toString() {
        String range = isPoint() ? KvKey.shape(start) : KvKey.shape(start) + " to " + KvKey.shape(end);
        return "ReadRange(" + range + ", limit " + limit + (isReverse ? ", reverse)" : ")");
    }
}
