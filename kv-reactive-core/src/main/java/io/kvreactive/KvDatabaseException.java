// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import org.jspecify.annotations.Nullable;

/** The database cannot serve the operation and will not by itself: the file is damaged, read-only, full, or no database. Nothing was written. */
public final class KvDatabaseException extends KvException {

    /**
     * For backends.
     *
     * @param message what was tried, on what, and what to do
     * @param cause what the database reported, if anything
     */
    public KvDatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
