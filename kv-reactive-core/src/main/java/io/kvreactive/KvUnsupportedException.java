// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

/** The backend cannot do what was asked; the message names both. */
public final class KvUnsupportedException extends KvException {

    /**
     * For backends.
     *
     * @param message what was tried, on what, and what to do
     */
    public KvUnsupportedException(String message) {
        super(message, null);
    }
}
