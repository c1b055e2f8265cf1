// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.util.List;

/**
 * A check did not hold, and nothing was written: what was read has changed since. Where a conflict is to be a value instead, use
 * {@link AtomicOperation#commit()}.
 */
public final class KvConflictException extends KvException {

    private final List<Integer> failedChecks;
    private final int attempts;

    KvConflictException(List<Integer> failedChecks, int attempts) {
        super(
                "commit: " + (failedChecks.isEmpty() ? "a check" : "the checks " + failedChecks)
                        + " did not hold after " + attempts + (attempts == 1 ? " attempt" : " attempts")
                        + "; nothing was written. Read again, and try again",
                null);
        this.failedChecks = List.copyOf(failedChecks);
        this.attempts = attempts;
    }

    /**
     * Which checks did not hold.
     *
     * @return their indexes from 0, in the order in which they were added; empty if the backend does not know them
     */
    public List<Integer> failedChecks() {
        return failedChecks;
    }

    /**
     * How often the transaction was run.
     *
     * @return 1 or more
     */
    public int attempts() {
        return attempts;
    }

    /** True: with what is read again, it may succeed. */
    @Override
    public boolean retryable() {
        return true;
    }
}
