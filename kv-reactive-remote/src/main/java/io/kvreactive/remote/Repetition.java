// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Mutation;
import java.util.Arrays;

/**
 * Whether a write may be sent again after it may have been applied ({@code docs/spec/kv-connect.md}, section 4.2). Pure functions.
 */
final class Repetition {

    private Repetition() {}

    /** Whether applying the write twice is like applying it once, or the second time fails by the write's own checks. */
    static boolean isHarmless(AtomicWrite write) {
        return (write.enqueues().isEmpty() && write.mutations().stream().allMatch(Repetition::isIdempotent))
                || write.checks().stream().anyMatch(check -> failsAfter(write, check));
    }

    private static boolean isIdempotent(Mutation mutation) {
        return switch (mutation.kind()) {
            case SET, DELETE, MIN, MAX -> true;
            case SUM, SET_VERSIONSTAMPED -> false;
        };
    }

    /** Whether the write itself makes sure that its check does not hold again. */
    private static boolean failsAfter(AtomicWrite write, Check check) {
        Mutation last = null;
        for (Mutation mutation : write.mutations()) {
            // A versionstamped key is never the key of a check.
            if (mutation.kind() != Mutation.Kind.SET_VERSIONSTAMPED && Arrays.equals(mutation.key(), check.key())) {
                last = mutation;
            }
        }
        if (last == null) {
            return false;
        }
        // A version never comes back. An absent key does, when it is deleted again or its entry expires.
        return check.versionstamp() != null || (last.kind() != Mutation.Kind.DELETE && last.expiresAt() == null);
    }
}
