// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import org.jspecify.annotations.Nullable;

/** A Java value has no stored form. Thrown by the call that takes the value; the message tells the place inside the value and what to use. */
public final class KvEncodeException extends KvException {

    KvEncodeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
