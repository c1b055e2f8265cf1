// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import org.jspecify.annotations.Nullable;

/** A write was sent and nothing tells whether it took effect. It must not be repeated blindly: read first, or write so that repeating does no harm. */
public final class KvOutcomeUnknownException extends KvException {

    /**
     * For backends.
     *
     * @param message what was tried, on what, and what to do
     * @param cause what the database reported, if anything
     */
    public KvOutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
