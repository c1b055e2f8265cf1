// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import org.jspecify.annotations.Nullable;

/** The database cannot serve the operation now: another process holds its lock, say. Nothing was written. */
public final class KvUnavailableException extends KvException {

    /**
     * For backends.
     *
     * @param message what was tried, on what, and what to do
     * @param cause what the database reported, if anything
     */
    public KvUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** True: nothing was written, and the reason may pass. */
    @Override
    public boolean retryable() {
        return true;
    }
}
