// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests against what a database takes, in the order in which Deno does ({@code docs/spec/keys-and-values.md}, section 4). For whoever
 * stands in front of a {@link Database}, which relies on it: {@code Kv}, or a server. Immutable.
 */
public final class LimitChecks {

    private static final String KEY_SIZE = "the encoded size of the key in bytes";
    private static final String SPLIT = "split the operation into several";
    private static final String ENQUEUE = "enqueue";
    private static final String SHORTER_KEY = "use a shorter key";

    private final DatabaseLimits limits;

    private LimitChecks(DatabaseLimits limits) {
        this.limits = limits;
    }

    /**
     * The checks of a database.
     *
     * @param limits what it takes
     * @return the checks
     */
    public static LimitChecks of(DatabaseLimits limits) {
        return new LimitChecks(limits);
    }

    /**
     * Checks a write, but for times, which only the caller's clock can tell.
     *
     * @param write what is to be written
     * @throws KvLimitException if it is larger than the database takes; the message names what is, and by how much
     */
    public void checkWrite(AtomicWrite write) {
        atMost(
                "commit",
                null,
                "the number of checks",
                limits.checksPerWrite(),
                write.checks().size(),
                "check fewer keys");
        atMost(
                "commit",
                null,
                "the number of mutations and messages",
                limits.mutationsPerWrite(),
                write.mutations().size() + write.enqueues().size(),
                SPLIT);
        for (Check check : write.checks()) {
            atMost("check", check.key(), KEY_SIZE, limits.keyBytes(), check.key().length, SHORTER_KEY);
        }
        for (Mutation mutation : write.mutations()) {
            atMost(nameOf(mutation), mutation.key(), KEY_SIZE, limits.keyBytes(), keyBytes(mutation), SHORTER_KEY);
        }
        write.mutations().forEach(this::checkValue);
        write.enqueues().forEach(this::checkMessage);
        checkTotals(write);
    }

    private void checkValue(Mutation mutation) {
        if (mutation.value() != null) {
            atMost(
                    nameOf(mutation),
                    mutation.key(),
                    "the stored size of the value in bytes",
                    limits.valueBytes(),
                    mutation.value().size(),
                    "split the value over several keys");
        }
    }

    private void checkMessage(Enqueue message) {
        atMost(
                ENQUEUE,
                null,
                "the stored size of the message in bytes",
                limits.payloadBytes(),
                message.payload().length,
                "put the data under a key, and the key into the message");
        atMost(
                ENQUEUE,
                null,
                "the number of intervals in the backoffSchedule",
                limits.backoffIntervals(),
                intervals(message).size(),
                "use fewer");
        for (Duration interval : intervals(message)) {
            atMost(
                    ENQUEUE,
                    null,
                    "an interval of the backoffSchedule in milliseconds",
                    limits.backoffInterval().toMillis(),
                    millisUpTo(interval),
                    "use a shorter one");
        }
        atMost(
                ENQUEUE,
                null,
                "the number of keysIfUndelivered",
                limits.keysIfUndelivered(),
                message.keysIfUndelivered().size(),
                "use fewer");
        for (byte[] key : message.keysIfUndelivered()) {
            atMost("enqueue keysIfUndelivered", key, KEY_SIZE, limits.keyBytes(), key.length, SHORTER_KEY);
        }
    }

    /**
     * Checks for how long a message waits before its first delivery.
     *
     * @param delay the time
     * @throws KvLimitException if it is longer than the database takes
     */
    public void checkDelay(Duration delay) {
        atMost(
                ENQUEUE,
                null,
                "the delay in milliseconds",
                limits.delay().toMillis(),
                millisUpTo(delay),
                "use a shorter one");
    }

    /** A duration may have more milliseconds than a long can count. */
    private static long millisUpTo(Duration duration) {
        return duration.toSeconds() > Long.MAX_VALUE / 1000 - 1 ? Long.MAX_VALUE : duration.toMillis();
    }

    private static List<Duration> intervals(Enqueue message) {
        return message.backoffSchedule() == null ? List.of() : message.backoffSchedule();
    }

    /** With the versionstamp that the commit adds: a longer key could be written, but never read. */
    private static int keyBytes(Mutation mutation) {
        boolean isStamped = mutation.kind() == Mutation.Kind.SET_VERSIONSTAMPED;
        return mutation.key().length + (isStamped ? Mutation.VERSIONSTAMP_SUFFIX_BYTES : 0);
    }

    private void checkTotals(AtomicWrite write) {
        long total = 0;
        long keys = 0;
        for (Check check : write.checks()) {
            total += check.key().length;
        }
        for (Mutation mutation : write.mutations()) {
            int key = mutation.key().length;
            total += key;
            if (mutation.value() != null) {
                // Deno counts the key of a mutation with a value twice.
                total += key + mutation.value().size();
                keys += key;
            }
        }
        for (Enqueue message : write.enqueues()) {
            total += message.payload().length + 4L * intervals(message).size();
        }
        atMost("commit", null, "the size of all mutations in bytes", limits.writeBytes(), total, SPLIT);
        atMost("commit", null, "the size of the keys of all mutations in bytes", limits.writeKeyBytes(), keys, SPLIT);
    }

    /**
     * Checks the keys of a watch, but not how many they are: what is more than one watch can be several.
     *
     * @param keys encoded keys
     * @throws KvLimitException if one is longer than the database takes
     */
    public void checkWatched(List<byte[]> keys) {
        for (byte[] key : keys) {
            atMost("watch", key, KEY_SIZE, limits.boundBytes(), key.length, SHORTER_KEY);
        }
    }

    /**
     * Checks a read.
     *
     * @param operation what is done, for the message
     * @param ranges what is to be read
     * @throws KvLimitException if it is more than the database takes at a time
     */
    public void checkRead(String operation, List<ReadRange> ranges) {
        long entries = 0;
        for (ReadRange range : ranges) {
            // The end of a point is the key and one byte: speak of the key.
            int ofPoint = range.isPoint() ? 1 : 0;
            atMost(
                    operation,
                    range.start(),
                    KEY_SIZE,
                    limits.boundBytes() - ofPoint,
                    range.start().length,
                    SHORTER_KEY);
            atMost(operation, range.end(), KEY_SIZE, limits.boundBytes(), range.end().length, SHORTER_KEY);
            entries += range.limit();
        }
        atMost(operation, null, "the number of ranges", limits.rangesPerRead(), ranges.size(), "read fewer at a time");
        atMost(
                operation,
                null,
                "the number of entries in one read",
                limits.entriesPerRead(),
                entries,
                "use a smaller batchSize");
    }

    private static String nameOf(Mutation mutation) {
        return mutation.kind() == Mutation.Kind.SET_VERSIONSTAMPED
                ? "setVersionstamped"
                : mutation.kind().name().toLowerCase(Locale.ROOT);
    }

    private static void atMost(
            String operation, byte @Nullable [] key, String what, long limit, long given, String advice) {
        if (given > limit) {
            String on = key == null ? operation : operation + " " + KvKey.shape(key);
            throw new KvLimitException(on, what, limit, given, advice);
        }
    }
}
