// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.ReadRange;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which entries a listing gives, and how: the entries below a prefix, or from a start to an end, in either direction
 * ({@code docs/spec/keys-and-values.md}, section 5).
 *
 * <p>Copy-on-write: every method returns a new selector, so one can be kept as a template. Immutable and thread-safe.
 */
public final class KvSelector {

    /** What a listing does with an entry that cannot be decoded. */
    public enum OnDecodeError {
        /** The listing fails with a {@link KvDecodeException} that tells the key. The default. */
        FAIL,
        /** The entry is left out, and the observer is told. */
        SKIP,
        /** The entry is given, with {@link KvEntry#decodeError()}, its raw key and its raw value. */
        KEEP
    }

    private static final int DEFAULT_BATCH_SIZE = 100;
    private static final int LARGEST_DEFAULT_BATCH_SIZE = 500;

    private final @Nullable KvKey prefix;
    private final byte[] start;
    private final byte[] end;
    private final boolean hasOwnStart;
    private final boolean hasOwnEnd;
    private final boolean isReverse;
    private final long limit;
    private final int batchSize;
    private final KvConsistency consistency;
    private final OnDecodeError onDecodeError;
    private final @Nullable KvCursor after;

    private KvSelector(@Nullable KvKey prefix, byte[] start, byte[] end, Settings settings) {
        this.prefix = prefix;
        this.start = start;
        this.end = end;
        // A bound that follows from the prefix is not checked against cursors, as in Deno.
        this.hasOwnStart = prefix == null || !Arrays.equals(start, with(prefix.shared(), 0x00));
        this.hasOwnEnd = prefix == null || !Arrays.equals(end, with(prefix.shared(), 0xFF));
        this.isReverse = settings.isReverse;
        this.limit = settings.limit;
        this.batchSize = settings.batchSize;
        this.consistency = settings.consistency;
        this.onDecodeError = settings.onDecodeError;
        this.after = settings.after;
    }

    /**
     * The entries whose keys begin with these parts and have more.
     *
     * @param parts the parts, as in {@link KvKey#of}; none selects everything
     * @return the selector
     */
    public static KvSelector prefix(Object... parts) {
        return prefix(KvKey.of(parts));
    }

    /**
     * The entries whose keys begin with all parts of this key and have more. The key itself is not among them.
     *
     * @param prefix the common beginning; the empty key selects everything
     * @return the selector
     */
    public static KvSelector prefix(KvKey prefix) {
        byte[] bytes = prefix.shared();
        return new KvSelector(prefix, with(bytes, 0x00), with(bytes, 0xFF), new Settings());
    }

    /**
     * The entries from a start to an end.
     *
     * @param start the first key, inclusive
     * @param end the last key, exclusive; always the greater one, also for a reverse listing
     * @return the selector
     * @throws IllegalArgumentException if start is greater than end; equal ones select nothing
     */
    public static KvSelector range(KvKey start, KvKey end) {
        return new KvSelector(null, start.shared(), end.shared(), new Settings()).ordered();
    }

    /**
     * Begins at a key below the prefix.
     *
     * @param start the first key, inclusive
     * @return a new selector
     * @throws IllegalArgumentException if the selector has no prefix, the key is not below it, or lies behind the end
     */
    public KvSelector start(KvKey start) {
        return new KvSelector(prefix, below("start", start), end, settings()).ordered();
    }

    /**
     * Ends before a key below the prefix.
     *
     * @param end the last key, exclusive
     * @return a new selector
     * @throws IllegalArgumentException if the selector has no prefix, the key is not below it, or lies before the start
     */
    public KvSelector end(KvKey end) {
        return new KvSelector(prefix, start, below("end", end), settings()).ordered();
    }

    /**
     * Gives the entries in descending order.
     *
     * @return a new selector
     */
    public KvSelector reverse() {
        return with(s -> s.isReverse = true);
    }

    /**
     * Gives at most so many entries.
     *
     * @param limit 1 or more
     * @return a new selector
     * @throws IllegalArgumentException if it is less than 1
     */
    public KvSelector limit(long limit) {
        requirePositive("limit", limit);
        return with(s -> s.limit = limit);
    }

    /**
     * Reads so many entries at a time: each batch is one snapshot. Without it, the limit if there is one, else 100, at most 500.
     *
     * @param batchSize 1 or more; the database bounds it (1,000 in Deno)
     * @return a new selector
     * @throws IllegalArgumentException if it is less than 1
     */
    public KvSelector batchSize(int batchSize) {
        requirePositive("batchSize", batchSize);
        return with(s -> s.batchSize = batchSize);
    }

    /**
     * Reads with the given consistency.
     *
     * @param consistency how current each batch must be
     * @return a new selector
     */
    public KvSelector consistency(KvConsistency consistency) {
        Objects.requireNonNull(consistency, "consistency");
        return with(s -> s.consistency = consistency);
    }

    /**
     * Decides about entries that cannot be decoded.
     *
     * @param action what to do
     * @return a new selector
     */
    public KvSelector onDecodeError(OnDecodeError action) {
        Objects.requireNonNull(action, "onDecodeError");
        return with(s -> s.onDecodeError = action);
    }

    /**
     * Goes on after a place, in the direction of the listing. Whoever lists with a cursor of other bounds is told, where it can be.
     *
     * @param cursor the place, or null for the beginning
     * @return a new selector
     */
    public KvSelector after(@Nullable KvCursor cursor) {
        return with(s -> s.after = cursor);
    }

    /**
     * The place after an entry of this selector.
     *
     * @param key the key of the entry
     * @return the place
     * @throws IllegalArgumentException if no entry of the selector has such a key
     */
    public KvCursor cursorAfter(KvKey key) {
        return cursorAfter(key.shared());
    }

    KvCursor cursorAfter(byte[] key) {
        if (Arrays.compareUnsigned(key, start) < 0 || Arrays.compareUnsigned(key, end) >= 0) {
            throw new IllegalArgumentException("the key " + KvKey.shape(key) + " is not within the bounds of " + this);
        }
        return KvCursor.of(Arrays.copyOfRange(key, common().length, key.length));
    }

    /** What all keys of the selector begin with, as Deno cuts it off from cursors. */
    private byte[] common() {
        if (prefix != null) {
            return prefix.shared();
        }
        int mismatch = Arrays.mismatch(start, end);
        return mismatch < 0 ? start : Arrays.copyOf(start, mismatch);
    }

    /** The first key to read; fails for a cursor that lies outside. */
    byte[] startBound() {
        if (after == null || isReverse) {
            return start;
        }
        byte[] from = with(after.keyAfter(common()), 0x00);
        boolean isOutside = Arrays.compareUnsigned(from, start) < 0;
        requireWithin(hasOwnStart && isOutside);
        return isOutside ? start : from;
    }

    /** The key before which to stop; fails for a cursor that lies outside. */
    byte[] endBound() {
        if (after == null || !isReverse) {
            return end;
        }
        byte[] to = after.keyAfter(common());
        boolean isOutside = Arrays.compareUnsigned(to, end) > 0;
        requireWithin(hasOwnEnd && isOutside);
        return isOutside ? end : to;
    }

    private void requireWithin(boolean isOutside) {
        if (isOutside) {
            throw new IllegalArgumentException("cursor out of bounds: it belongs to another selector than " + this);
        }
    }

    /** All of the selector, whatever the place to go on from. */
    ReadRange wholeRange(int limit) {
        return ReadRange.ascending(start, end, limit);
    }

    boolean isReverse() {
        return isReverse;
    }

    /** The most entries to give; {@code Long.MAX_VALUE} for all. */
    long limit() {
        return limit;
    }

    /** This selector, with a batch size unless it has one. */
    KvSelector orBatchSize(int other) {
        return batchSize > 0 ? this : batchSize(other);
    }

    int effectiveBatchSize() {
        if (batchSize > 0) {
            return batchSize;
        }
        return limit == Long.MAX_VALUE ? DEFAULT_BATCH_SIZE : (int) Math.min(limit, LARGEST_DEFAULT_BATCH_SIZE);
    }

    KvConsistency consistency() {
        return consistency;
    }

    OnDecodeError onDecodeError() {
        return onDecodeError;
    }

    /** What tells the kind of its keys: the prefix, or the start of a range. */
    byte[] sampleKey() {
        return prefix != null ? prefix.shared() : start;
    }

    /** The shapes of the bounds, and the settings. */
    @Override
    public String toString() {
        String range = prefix != null ? "prefix " + prefix.shape() : KvKey.shape(start) + " to " + KvKey.shape(end);
        return "KvSelector(" + range + (isReverse ? ", reverse" : "")
                + (limit == Long.MAX_VALUE ? "" : ", limit " + limit) + ")";
    }

    private byte[] below(String name, KvKey bound) {
        if (prefix == null) {
            throw new IllegalArgumentException(
                    name + " narrows a prefix; this selector is a range, which has both bounds already");
        }
        if (!bound.startsWith(prefix) || bound.equals(prefix)) {
            throw new IllegalArgumentException(
                    "the " + name + " key " + bound.shape() + " is not below the prefix " + prefix.shape());
        }
        return bound.shared();
    }

    private KvSelector ordered() {
        if (Arrays.compareUnsigned(start, end) > 0) {
            throw new IllegalArgumentException(
                    "the start key is greater than the end key; the end is the greater one, also for a reverse"
                            + " listing (start " + KvKey.shape(start) + ", end " + KvKey.shape(end) + ")");
        }
        return this;
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be 1 or more: " + value);
        }
    }

    static byte[] with(byte[] bytes, int last) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = (byte) last;
        return longer;
    }

    private KvSelector with(Consumer<Settings> change) {
        Settings settings = settings();
        change.accept(settings);
        return new KvSelector(prefix, start, end, settings);
    }

    private Settings settings() {
        Settings settings = new Settings();
        settings.isReverse = isReverse;
        settings.limit = limit;
        settings.batchSize = batchSize;
        settings.consistency = consistency;
        settings.onDecodeError = onDecodeError;
        settings.after = after;
        return settings;
    }

    /** The settings on their way from one selector to the next. */
    private static final class Settings {
        private boolean isReverse;
        private long limit = Long.MAX_VALUE;
        private int batchSize;
        private KvConsistency consistency = KvConsistency.STRONG;
        private OnDecodeError onDecodeError = OnDecodeError.FAIL;
        private @Nullable KvCursor after;
    }
}
