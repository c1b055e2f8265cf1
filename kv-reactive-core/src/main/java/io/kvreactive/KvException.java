// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that goes wrong in a database. Its cases are few and closed, so that a program can tell them apart by type:
 *
 * <ul>
 *   <li>the caller's data: {@link KvEncodeException}, {@link KvDecodeException}, {@link KvLimitException}, {@link KvMutationException},
 *       {@link KvConflictException};
 *   <li>the caller's use: {@link KvClosedException}, {@link KvUnsupportedException};
 *   <li>the database: {@link KvUnavailableException} and {@link KvTimeoutException} (may pass), {@link KvDatabaseException} (will not pass by itself),
 *       {@link KvOutcomeUnknownException} (a write that may or may not have happened).
 * </ul>
 *
 * <p>Arguments that are wrong by themselves throw {@link IllegalArgumentException} at the call; a {@code KvException} arrives as an error
 * signal, but for {@link KvEncodeException}, which the call that takes the value throws. Messages name the operation and the shape of the
 * key, never a value, and say what to do.
 */
public abstract sealed class KvException extends RuntimeException
        permits KvClosedException,
                KvConflictException,
                KvDatabaseException,
                KvDecodeException,
                KvEncodeException,
                KvLimitException,
                KvMutationException,
                KvOutcomeUnknownException,
                KvTimeoutException,
                KvUnavailableException,
                KvUnsupportedException {

    KvException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Tells whether the same operation may succeed when it is tried again, and trying again does no harm.
     *
     * @return true if so
     */
    public boolean retryable() {
        return false;
    }
}
