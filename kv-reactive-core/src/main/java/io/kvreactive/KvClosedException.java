// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

/** The database was closed, by {@code close()}, before the operation could run. Nothing was written. */
public final class KvClosedException extends KvException {

    /**
     * For backends.
     *
     * @param message what was tried, on what, and what to do
     */
    public KvClosedException(String message) {
        super(message, null);
    }
}
