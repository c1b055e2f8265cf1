// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvException;
import io.kvreactive.proto.KvConnect;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.retry.Retry;

/**
 * Asks the server of the user's URL for metadata ({@code docs/spec/kv-connect.md}, section 2.1): follows redirects, and asks again for as long as
 * the network or the server fails in a way that may pass.
 */
final class MetadataExchange {

    static final int MOST_REDIRECTS = 10;

    private static final Logger LOG = Loggers.getLogger(MetadataExchange.class);

    /** What the client offers: all versions. */
    static final String BODY_TEXT = "{\"supportedVersions\":[1,2,3]}";

    private static final byte[] BODY = BODY_TEXT.getBytes(StandardCharsets.UTF_8);
    private static final int OK = 200;

    private final URI url;
    private final Mono<String> accessToken;
    private final RemoteOptions options;
    private final Transport transport;
    private final Secrets secrets;
    private final Clock clock;
    private final AtomicReference<@Nullable CallFailure> last = new AtomicReference<>();
    private final AtomicInteger failed = new AtomicInteger();

    MetadataExchange(
            URI url,
            Mono<String> accessToken,
            RemoteOptions options,
            Transport transport,
            Secrets secrets,
            Clock clock) {
        this.url = url;
        this.accessToken =
                accessToken.onErrorMap(error -> error instanceof KvException ? error : RemoteErrors.noToken(error));
        this.options = options;
        this.transport = transport;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Metadata that is valid now. Cold; an error is a {@code KvException} that no repetition would spare. */
    Mono<DatabaseMetadata> exchange() {
        return Mono.defer(() -> {
            failed.set(0);
            last.set(null);
            return accessToken
                    .switchIfEmpty(Mono.error(() -> RemoteErrors.noToken(null)))
                    .doOnNext(secrets::add)
                    .flatMap(token -> attempt(url, token, 0))
                    .doOnError(CallFailure.class, this::note)
                    .retryWhen(Retry.backoff(options.maxAttempts() - 1, options.firstBackoff())
                            .maxBackoff(options.longestBackoff())
                            .jitter(options.jitter())
                            .filter(error -> error instanceof CallFailure failure && failure.mayPass())
                            .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
                    .doOnNext(metadata -> last.set(null))
                    .onErrorMap(CallFailure.class, RemoteErrors::exchange);
        });
    }

    /** What went wrong last in an exchange that is under way; null if nothing did. For those who have waited for it too long. */
    @Nullable
    CallFailure last() {
        return last.get();
    }

    private void note(CallFailure failure) {
        last.set(failure);
        LOG.debug(
                "metadata exchange with {} failed in attempt {}: {}",
                Urls.shown(url),
                failed.incrementAndGet(),
                failure);
    }

    private Mono<DatabaseMetadata> attempt(URI target, String token, int redirects) {
        Map<String, String> headers = Map.of("Authorization", "Bearer " + token, "Content-Type", KvConnect.JSON_TYPE);
        return transport
                .post(target, headers, BODY, Transport.ANSWER_BYTES, new Sending())
                .flatMap(answer -> {
                    if (answer.status() == OK) {
                        return Mono.fromCallable(() -> read(answer, target));
                    }
                    if (isRedirect(answer.status())) {
                        return Mono.defer(() -> attempt(redirected(answer, target, redirects), token, redirects + 1));
                    }
                    return Mono.error(RemoteErrors.statusFailure(target, answer, secrets));
                });
    }

    private DatabaseMetadata read(Answer answer, URI target) {
        DatabaseMetadata metadata;
        try {
            metadata = MetadataReader.read(answer.body(), target);
        } catch (MetadataReader.Refusal e) {
            throw CallFailure.of(
                    CallFailure.Kind.SENSELESS, target, "the answer cannot be used: " + e.getMessage(), null);
        }
        secrets.add(metadata.token());
        if (!metadata.isValidAt(clock.instant())) {
            // A clock that is wrong may be set right, and a server that is late may catch up.
            throw CallFailure.of(
                    CallFailure.Kind.BUSY,
                    target,
                    "the answer has expired at " + metadata.expiresAt() + ", and by our clock it is " + clock.instant()
                            + "; check both clocks",
                    null);
        }
        return metadata;
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Where a redirect points, if the access token may go there. */
    private URI redirected(Answer answer, URI from, int redirects) {
        if (redirects == MOST_REDIRECTS) {
            throw refused(from, "redirected more than " + MOST_REDIRECTS + " times");
        }
        String location = answer.location();
        if (location == null) {
            throw refused(from, "the server answered " + answer.status() + " without a Location");
        }
        URI to;
        try {
            to = withoutFragment(Urls.resolve(from, new URI(location)));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw refused(from, "redirected to what is no URL");
        }
        String scheme = lower(to.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https")) || to.getHost() == null || to.getUserInfo() != null) {
            throw refused(from, "redirected to what is no http or https URL");
        }
        if (scheme.equals("http") && lower(from.getScheme()).equals("https")) {
            throw refused(
                    from,
                    "redirected from https to http (" + Urls.shown(to)
                            + "), which would show the access token to everybody");
        }
        Set<String> allowed = options.redirectHosts();
        if (allowed != null
                && !allowed.contains(lower(to.getHost()))
                && !lower(to.getHost()).equals(lower(url.getHost()))) {
            throw refused(
                    from,
                    "redirected to " + Urls.shown(to) + ", whose host is not among the RemoteOptions.redirectHosts");
        }
        LOG.debug("metadata exchange is redirected from {} to {}", Urls.shown(from), Urls.shown(to));
        return to;
    }

    private static CallFailure refused(URI from, String why) {
        return CallFailure.of(CallFailure.Kind.REFUSED, from, why, null);
    }

    private static URI withoutFragment(URI uri) {
        String text = uri.toString();
        int hash = text.indexOf('#');
        return hash < 0 ? uri : URI.create(text.substring(0, hash));
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }
}
