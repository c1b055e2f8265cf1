// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Why one attempt failed. Never leaves this module: {@link RemoteErrors} makes a {@code KvException} of the last one. */
final class CallFailure extends RuntimeException {

    /** What is known after an attempt that failed ({@code docs/spec/kv-connect.md}, sections 3 and 4). */
    enum Kind {
        /** The request was certainly not sent: it may be sent again whatever it is. */
        NOT_SENT,
        /** It was sent, wholly or in part, and the answer did not come: it may have been applied. */
        LOST,
        /** The server could not process it, and says that this may pass. */
        BUSY,
        /** Something between client and server got no answer: as {@link #LOST}. */
        GATEWAY,
        /** The token was refused; it may have been renewed meanwhile. */
        UNAUTHORIZED,
        /** This endpoint cannot serve it, or not strongly enough: new metadata may name another. */
        UNUSABLE,
        /** The server will not process it, ever. */
        REFUSED,
        /** The server processed it, and its answer makes no sense: final, and a write may have been applied. */
        SENSELESS
    }

    private final Kind kind;
    private final @Nullable URI target;
    private final int status;

    private CallFailure(Kind kind, @Nullable URI target, int status, String message, @Nullable Throwable cause) {
        // No stack: it would tell of event loops only, and many may be made.
        super(message, cause, false, false);
        this.kind = kind;
        this.target = target;
        this.status = status;
    }

    static CallFailure of(Kind kind, URI target, String message, @Nullable Throwable cause) {
        return new CallFailure(kind, target, 0, message, cause);
    }

    static CallFailure answered(Kind kind, URI target, int status, String message) {
        return new CallFailure(kind, target, status, message, null);
    }

    Kind kind() {
        return kind;
    }

    /** Where the request went. */
    @Nullable
    URI target() {
        return target;
    }

    /** The status of the answer; 0 if there was none, or if it was not about the status. */
    int status() {
        return status;
    }

    /** Whether a write that failed so may have been applied. */
    boolean mayHaveBeenApplied() {
        return kind == Kind.LOST || kind == Kind.GATEWAY || kind == Kind.SENSELESS;
    }

    /** Whether the reason may pass, so that the request may be repeated if repeating does no harm. */
    boolean mayPass() {
        return kind == Kind.NOT_SENT || kind == Kind.LOST || kind == Kind.BUSY || kind == Kind.GATEWAY;
    }
}
