// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests against what a database takes, in the order in which Deno does ({@code docs/spec/keys-and-values.md}, section 4).
 */
final class LimitChecks {

    private static final String KEY_SIZE = "the encoded size of the key in bytes";
    private static final String SHORTER_KEY = "use a shorter key";

    private final DatabaseLimits limits;

    LimitChecks(DatabaseLimits limits) {
        this.limits = limits;
    }

    void check(AtomicWrite write) {
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
                "the number of mutations",
                limits.mutationsPerWrite(),
                write.mutations().size(),
                "split the operation into several");
        for (Check check : write.checks()) {
            atMost("check", check.key(), KEY_SIZE, limits.keyBytes(), check.key().length, SHORTER_KEY);
        }
        for (Mutation mutation : write.mutations()) {
            atMost(nameOf(mutation), mutation.key(), KEY_SIZE, limits.keyBytes(), mutation.key().length, SHORTER_KEY);
        }
        for (Mutation mutation : write.mutations()) {
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
        checkTotals(write);
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
        String advice = "split the operation into several";
        atMost("commit", null, "the size of all mutations in bytes", limits.writeBytes(), total, advice);
        atMost("commit", null, "the size of the keys of all mutations in bytes", limits.writeKeyBytes(), keys, advice);
    }

    void check(String operation, List<ReadRange> ranges) {
        long entries = 0;
        for (ReadRange range : ranges) {
            atMost(operation, range.start(), KEY_SIZE, limits.boundBytes(), range.start().length, SHORTER_KEY);
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
        return mutation.kind().name().toLowerCase(Locale.ROOT);
    }

    private static void atMost(
            String operation, byte @Nullable [] key, String what, long limit, long given, String advice) {
        if (given > limit) {
            String on = key == null ? operation : operation + " " + KvKey.shape(key);
            throw new KvLimitException(on, what, limit, given, advice);
        }
    }
}
