// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

/**
 * A {@code sum}, {@code min} or {@code max} does not fit what is stored under its key. The whole commit was given up; nothing was written.
 */
public final class KvMutationException extends KvException {

    /**
     * For backends.
     *
     * @param message the mutation, the shape of its key, and what does not fit
     */
    public KvMutationException(String message) {
        super(message, null);
    }
}
