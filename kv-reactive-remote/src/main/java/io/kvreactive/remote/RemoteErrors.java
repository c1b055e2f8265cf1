// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvClosedException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.spi.Mutation;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** From what servers and networks report to what the user is told. The only place of this module that translates. */
final class RemoteErrors {

    /** So much of a server's text is passed on. */
    private static final int TEXT_LENGTH = 300;

    private static final int MOST_SUSPECTS = 3;
    private static final String READ_FIRST = "read before you write again";

    /** What servers say when a mutation does not fit what is stored; nothing but the text tells it from other refusals. */
    private static final List<String> MUTATION_TEXTS = List.of(
            "mutation on a non-U64",
            "Some of the parameters are not valid V8 values",
            "Min/max parameters have different types than the operand",
            "unsupported value type",
            "invalid v8 value",
            "Cannot sum ",
            "The result of a Sum operation would exceed its range limit",
            "sum on the key ",
            "min on the key ",
            "max on the key ");

    private RemoteErrors() {}

    // Attempts.

    /** An attempt that got no answer. */
    static CallFailure networkFailure(URI target, boolean wasNothingSent, Duration silence, Throwable error) {
        String why;
        if (error instanceof TimeoutException) {
            why = wasNothingSent ? "no connection within " + silence : "no answer within " + silence;
        } else if (error instanceof UnknownHostException) {
            why = "the host " + target.getHost() + " is unknown";
        } else if (error instanceof SSLHandshakeException) {
            // A certificate does not become right by asking again.
            return CallFailure.of(
                    CallFailure.Kind.REFUSED,
                    target,
                    "TLS cannot be agreed upon: " + error.getMessage()
                            + "; check the certificate and HttpOptions.sslContext",
                    error);
        } else if (error instanceof ConnectException) {
            why = "no connection: " + error.getMessage();
        } else {
            why = (wasNothingSent ? "the connection was lost before anything was sent: " : "the connection was lost: ")
                    + error;
        }
        return CallFailure.of(wasNothingSent ? CallFailure.Kind.NOT_SENT : CallFailure.Kind.LOST, target, why, error);
    }

    /** An attempt whose answer has another status than 200, with the text that the server gave, but for the secrets that it may echo. */
    static CallFailure statusFailure(URI target, Answer answer, Secrets secrets) {
        int status = answer.status();
        String text = textOf(answer.body(), secrets);
        String message = "the server answered " + status + (text.isEmpty() ? "" : ": " + text);
        return CallFailure.answered(kindOf(status), target, status, message);
    }

    private static CallFailure.Kind kindOf(int status) {
        return switch (status) {
            case 401 -> CallFailure.Kind.UNAUTHORIZED;
            case 502, 504 -> CallFailure.Kind.GATEWAY;
            default -> {
                if (status >= 500) {
                    yield CallFailure.Kind.BUSY;
                }
                yield status >= 300 ? CallFailure.Kind.REFUSED : CallFailure.Kind.SENSELESS;
            }
        };
    }

    /** The beginning of a text for people: one line, no secrets. */
    private static String textOf(byte[] body, Secrets secrets) {
        String text = secrets.redact(new String(body, StandardCharsets.UTF_8));
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < TEXT_LENGTH; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line.toString().strip() + (text.length() > TEXT_LENGTH ? "..." : "");
    }

    // Operations.

    /** What the user is told when the last attempt has failed. */
    static KvException translate(Attempts attempts, Throwable error) {
        if (error instanceof KvOutcomeUnknownException known) {
            return known;
        }
        if (attempts.isWrite() && error instanceof CallFailure failure && failure.mayHaveBeenApplied()) {
            return unknown(attempts, failure.getMessage(), failure.getCause());
        }
        if (attempts.isUncertain()) {
            return unknown(
                    attempts,
                    "an earlier attempt may have been applied, and the last one failed: " + error.getMessage(),
                    error);
        }
        if (error instanceof KvException known) {
            return known;
        }
        if (!(error instanceof CallFailure failure)) {
            return new KvDatabaseException(attempts.what() + " failed: " + error, error);
        }
        String why = attempts.what() + " failed" + times(attempts) + ": " + failure.getMessage();
        return switch (failure.kind()) {
            case NOT_SENT, LOST, BUSY, GATEWAY, UNUSABLE ->
                new KvUnavailableException(why + "; try again later", failure.getCause());
            case UNAUTHORIZED ->
                new KvDatabaseException(why + "; the token was refused, a new one too", failure.getCause());
            case SENSELESS ->
                new KvDatabaseException(
                        why + "; the server does not keep to the protocol, or is no KV Connect server",
                        failure.getCause());
            case REFUSED -> refused(attempts, failure, why);
        };
    }

    private static KvException refused(Attempts attempts, CallFailure failure, String why) {
        String text = String.valueOf(failure.getMessage());
        if (attempts.isWrite()
                && failure.status() == 400
                && MUTATION_TEXTS.stream().anyMatch(text::contains)) {
            return new KvMutationException(why + suspects(attempts.mutations()));
        }
        // Request timeout, too many requests: the protocol has no second attempt by itself, but a later one may
        // succeed.
        return failure.status() == 408 || failure.status() == 429
                ? new KvUnavailableException(why + "; try again later", failure.getCause())
                : new KvDatabaseException(why, failure.getCause());
    }

    /** The mutations of which one did not fit: the server does not say which. */
    private static String suspects(List<Mutation> mutations) {
        List<Mutation> candidates =
                mutations.stream().filter(Mutation::readsCurrent).toList();
        String some = candidates.stream()
                .limit(MOST_SUSPECTS)
                .map(mutation ->
                        mutation.kind().name().toLowerCase(Locale.ROOT) + " on the key " + KvKey.shape(mutation.key()))
                .collect(Collectors.joining(", "));
        return (some.isEmpty()
                        ? ""
                        : "; it is about " + some + (candidates.size() > MOST_SUSPECTS ? " or another" : ""))
                + "; nothing was written, if the server keeps commits whole";
    }

    private static KvOutcomeUnknownException unknown(
            Attempts attempts, @Nullable String why, @Nullable Throwable cause) {
        return new KvOutcomeUnknownException(
                attempts.what() + " may or may not have taken effect" + times(attempts) + ": " + why + "; "
                        + READ_FIRST,
                cause);
    }

    /** A check that failed after an attempt that may have been applied, and may be what made it fail. */
    static KvOutcomeUnknownException conflictAfterLostAnswer(Attempts attempts) {
        return unknown(attempts, "a check failed, but an earlier attempt may have been applied", attempts.last());
    }

    /** The deadline has passed. */
    static KvException late(Attempts attempts, Duration deadline, boolean isNothingSent) {
        Throwable last = attempts.last();
        String why = "the deadline of " + deadline + " has passed"
                + (last == null ? "" : ", and what went wrong last was: " + last.getMessage());
        if (attempts.isWrite() && (attempts.isUncertain() || !isNothingSent)) {
            return unknown(attempts, why, last);
        }
        String message = attempts.what() + " failed" + times(attempts) + ": " + why
                + "; try again, or set another RemoteOptions.deadline";
        return attempts.isWrite()
                ? new KvUnavailableException(message + ". Nothing was written", last)
                : new KvTimeoutException(message, last);
    }

    private static String times(Attempts attempts) {
        return switch (attempts.count()) {
            case 0 -> "";
            case 1 -> " after 1 attempt";
            default -> " after " + attempts.count() + " attempts";
        };
    }

    // The rest.

    static KvClosedException closed(String operation, URI url) {
        return new KvClosedException(
                operation + ": the database at " + Urls.shown(url) + " was closed; create a new Kv");
    }

    /** What the user is told when the metadata exchange has failed for good. */
    static KvException exchange(CallFailure failure) {
        String why = exchangeFailed(failure);
        return switch (failure.kind()) {
            case UNAUTHORIZED ->
                new KvDatabaseException(
                        why + "; check the access token (KvOptions.accessToken, or DENO_KV_ACCESS_TOKEN)",
                        failure.getCause());
            case REFUSED, SENSELESS ->
                failure.status() == 408 || failure.status() == 429
                        ? new KvUnavailableException(why + "; try again later", failure.getCause())
                        : new KvDatabaseException(why, failure.getCause());
            case NOT_SENT, LOST, BUSY, GATEWAY, UNUSABLE ->
                new KvUnavailableException(why + "; try again later", failure.getCause());
        };
    }

    private static String exchangeFailed(CallFailure failure) {
        URI target = failure.target();
        return "metadata exchange with " + (target == null ? "the server" : Urls.shown(target)) + " failed: "
                + failure.getMessage();
    }

    /** What went wrong last with an exchange that goes on, for those who wait for it. */
    static Exception exchangeGoesOn(CallFailure last) {
        return new Exception(exchangeFailed(last), last);
    }

    static KvDatabaseException noToken(@Nullable Throwable cause) {
        return new KvDatabaseException(
                "metadata exchange: there is no access token"
                        + (cause == null ? "" : ", since what should give it failed: " + cause)
                        + "; give one with KvOptions.accessToken, RemoteOptions.accessToken or the environment variable "
                        + "DENO_KV_ACCESS_TOKEN",
                cause);
    }

    static KvUnsupportedException oneDelivery() {
        return new KvUnsupportedException(
                "enqueue: a message without a second delivery (an empty backoffSchedule) cannot be told over KV Connect, where it means"
                        + " the server's default; give at least one interval, or leave the schedule out");
    }

    static KvUnsupportedException noWatch(DatabaseMetadata metadata) {
        return new KvUnsupportedException("watch: the server speaks version " + metadata.version()
                + " of KV Connect, and watches came with version 3; read again from time to time");
    }

    static KvUnsupportedException noDelivery() {
        return new KvUnsupportedException(
                "listenQueue: KV Connect has no way to deliver messages; listen where the database is, over its file");
    }
}
