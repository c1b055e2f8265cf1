// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A read, or the opening of the database, took longer than the deadline of the options, or than that of a backend's own. A write that does
 * is a {@link KvOutcomeUnknownException}.
 */
public final class KvTimeoutException extends KvException {

    /**
     * For backends that keep deadlines of their own.
     *
     * @param message what was tried, on what, and what to do
     * @param cause what went wrong last, if anything
     */
    public KvTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    KvTimeoutException(String operation, Duration deadline) {
        super(
                operation + " took longer than the deadline of " + deadline
                        + "; try again, or set another KvOptions.deadline",
                null);
    }

    /** True: nothing was written, and the reason may pass. */
    @Override
    public boolean retryable() {
        return true;
    }
}
