// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Duration;

/**
 * A read, or the opening of the database, took longer than the deadline of the options. A write that does is a
 * {@link KvOutcomeUnknownException}.
 */
public final class KvTimeoutException extends KvException {

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
