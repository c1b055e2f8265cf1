// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvConsistency;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.MalformedMessageException;
import io.kvreactive.proto.ReadAnswer;
import io.kvreactive.proto.WatchAnswer;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.RawEntry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Watches of keys: a stream from the server for each, begun anew whenever it ends, so that the subscriber notices nothing but a pause
 * ({@code docs/spec/kv-connect.md}, section 4.3).
 */
final class WatchStream {

    private static final int OK = 200;

    private final MetadataCycle metadata;
    private final EndpointSelector selector;
    private final Transport transport;
    private final Attempts.Shared shared;
    private final Duration silence;
    private final Scheduler scheduler;

    WatchStream(
            MetadataCycle metadata,
            EndpointSelector selector,
            Transport transport,
            Attempts.Shared shared,
            Duration silence,
            Scheduler scheduler) {
        this.metadata = metadata;
        this.selector = selector;
        this.transport = transport;
        this.shared = shared;
        this.silence = silence;
        this.scheduler = scheduler;
    }

    /** States of all keys, each different from the one before; the newest only, for a subscriber who is slow. An error is a {@code KvException}. */
    Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return Flux.defer(() -> {
            Watch watch = new Watch(keys);
            return watch.stream()
                    .retryWhen(watch.attempts.retry().transientErrors(true))
                    .filter(watch::isNews)
                    .onBackpressureLatest()
                    .onErrorMap(error -> RemoteErrors.translate(watch.attempts, error));
        });
    }

    /** One subscription, over all its streams. */
    private final class Watch {
        private final List<byte[]> keys;
        private final byte[] body;
        private final Attempts attempts = new Attempts("watch", Attempts.Effect.READS, shared);
        private @Nullable List<@Nullable Versionstamp> told;

        Watch(List<byte[]> keys) {
            this.keys = keys;
            this.body = WireMapper.encodeWatch(keys);
        }

        Flux<List<List<RawEntry>>> stream() {
            return Mono.defer(() -> {
                        DatabaseMetadata stale = attempts.stale();
                        return stale == null ? metadata.valid() : metadata.renewed(stale);
                    })
                    .flatMapMany(this::stream);
        }

        private Flux<List<List<RawEntry>>> stream(DatabaseMetadata current) {
            if (current.version() < KvConnect.WATCH_VERSION) {
                return Flux.error(RemoteErrors.noWatch(current));
            }
            DatabaseMetadata.Endpoint endpoint = selector.select(current, KvConsistency.EVENTUAL);
            URI target = URI.create(endpoint.url() + KvConnect.WATCH_PATH);
            Merge merge = new Merge(keys, target);
            return transport.stream(target, DataPath.headers(current), body, attempts.begin(target), silence)
                    .publishOn(scheduler)
                    .switchOnFirst((first, parts) -> first.get() instanceof Answer.Head head
                            ? states(head, parts, target, merge)
                            : parts.then(Mono.<List<List<RawEntry>>>empty()).flux())
                    .concatWith(Mono.error(
                            () -> CallFailure.of(CallFailure.Kind.LOST, target, "the server ended the stream", null)))
                    .doOnNext(state -> attempts.goesWell())
                    .onErrorResume(CallFailure.class, failure -> failed(failure, current, endpoint));
        }

        private Flux<List<List<RawEntry>>> states(Answer.Head head, Flux<Object> parts, URI target, Merge merge) {
            if (head.status() == OK) {
                FrameDecoder frames = new FrameDecoder(target);
                return parts.skip(1)
                        .concatMapIterable(part -> frames.decode((byte[]) part), 1)
                        .map(merge::with);
            }
            AnswerCollector collector = new AnswerCollector(target, Transport.ANSWER_BYTES);
            return parts.doOnNext(collector::add)
                    .takeUntil(part -> collector.hasEnough())
                    .thenMany(
                            Flux.error(() -> RemoteErrors.statusFailure(target, collector.answer(), shared.secrets())));
        }

        private Flux<List<List<RawEntry>>> failed(
                CallFailure failure, DatabaseMetadata current, DatabaseMetadata.Endpoint endpoint) {
            attempts.failed(failure, current);
            if (failure.mayPass() || failure.kind() == CallFailure.Kind.UNUSABLE) {
                selector.failed(endpoint.url());
            }
            return attempts.mayReauthorize(failure) ? stream() : Flux.error(failure);
        }

        /** Whether a state is not the one that was passed on before: a new stream tells everything again. */
        boolean isNews(List<List<RawEntry>> state) {
            List<@Nullable Versionstamp> versions = new ArrayList<>(state.size());
            for (List<RawEntry> entries : state) {
                versions.add(entries.isEmpty() ? null : entries.get(0).versionstamp());
            }
            boolean isNews = !versions.equals(told);
            told = versions;
            return isNews;
        }
    }

    /** What the frames of one stream add up to. */
    private static final class Merge {
        private final List<byte[]> keys;
        private final URI target;
        private @Nullable List<List<RawEntry>> state;

        Merge(List<byte[]> keys, URI target) {
            this.keys = keys;
            this.target = target;
        }

        List<List<RawEntry>> with(byte[] frame) {
            WatchAnswer answer;
            try {
                answer = WireMapper.decodeWatchAnswer(frame);
            } catch (MalformedMessageException e) {
                throw senseless(String.valueOf(e.getMessage()));
            }
            if (answer.status() == ReadAnswer.DISABLED) {
                throw CallFailure.of(CallFailure.Kind.UNUSABLE, target, "this server cannot read now", null);
            }
            if (answer.status() != ReadAnswer.SUCCESS) {
                throw senseless("a frame has the status " + answer.status());
            }
            if (answer.keys().size() != keys.size()) {
                throw senseless("a frame tells of " + answer.keys().size() + " keys, watched are " + keys.size());
            }
            List<List<RawEntry>> before = state;
            List<List<RawEntry>> now = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                now.add(entriesOf(answer.keys().get(i), i, before));
            }
            state = now;
            return now;
        }

        private List<RawEntry> entriesOf(WatchAnswer.Key key, int index, @Nullable List<List<RawEntry>> before) {
            if (!key.isChanged()) {
                if (before == null) {
                    throw senseless("the first frame does not tell of key " + index);
                }
                return before.get(index);
            }
            RawEntry entry = key.entry();
            if (entry == null) {
                return List.of();
            }
            if (!Arrays.equals(entry.key(), keys.get(index))) {
                throw senseless("a frame has another key in the place of key " + index);
            }
            return List.of(entry);
        }

        private CallFailure senseless(String why) {
            return CallFailure.of(CallFailure.Kind.SENSELESS, target, Objects.requireNonNull(why), null);
        }
    }
}
