// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are not the message that they should be: not well-formed, or with a field that has no meaning. The text names the place and what
 * is wrong there, never content: a server may answer with it, and a client may show it.
 */
public final class MalformedMessageException extends RuntimeException {

    MalformedMessageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
