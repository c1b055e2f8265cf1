// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvOptions;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.ReadRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A sound database with one defect. */
final class BrokenDatabase implements Database {

    private final Database sound;
    private final Defect defect;
    private final KvOptions options;

    BrokenDatabase(Database sound, Defect defect, KvOptions options) {
        this.sound = sound;
        this.defect = defect;
        this.options = options;
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        Mono<List<List<RawEntry>>> read =
                sound.snapshotRead(ranges.stream().map(this::broken).toList(), consistency);
        return switch (defect) {
            case MIXES_UP_RANGES -> read.map(results -> reversed(results));
            case SIGNALS_ON_A_THREAD_OF_ITS_OWN -> read.publishOn(Schedulers.boundedElastic());
            case READS_BEFORE_THE_SUBSCRIPTION -> {
                Mono<List<List<RawEntry>>> begun = read.cache();
                begun.subscribe();
                yield begun;
            }
            default -> read;
        };
    }

    private ReadRange broken(ReadRange range) {
        return switch (defect) {
            case FORGETS_THE_LIMIT ->
                range.isReverse()
                        ? ReadRange.descending(range.start(), range.end(), 1_000)
                        : ReadRange.ascending(range.start(), range.end(), 1_000);
            case IGNORES_REVERSE -> ReadRange.ascending(range.start(), range.end(), range.limit());
            case INCLUDES_THE_END ->
                range.isReverse()
                        ? ReadRange.descending(range.start(), following(range.end()), range.limit())
                        : ReadRange.ascending(range.start(), following(range.end()), range.limit());
            default -> range;
        };
    }

    private static byte[] following(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static <T> List<T> reversed(List<T> list) {
        List<T> backwards = new ArrayList<>(list);
        Collections.reverse(backwards);
        return backwards;
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        Mono<CommitResult> commit = sound.atomicWrite(broken(write));
        return switch (defect) {
            case NAMES_THE_WRONG_CHECK ->
                commit.map(result -> result.isCommitted() ? result : new CommitResult.Conflict(List.of(0)));
            case WRITES_WHAT_CONFLICTS ->
                commit.flatMap(result -> result.isCommitted()
                        ? Mono.just(result)
                        : sound.atomicWrite(AtomicWrite.of(List.of(), write.mutations()))
                                .thenReturn(result));
            case REPEATS_A_VERSION ->
                commit.map(result ->
                        result.isCommitted() ? new CommitResult.Committed(Versionstamp.ofVersion(1)) : result);
            default -> commit;
        };
    }

    private AtomicWrite broken(AtomicWrite write) {
        List<Check> checks = defect == Defect.IGNORES_CHECKS ? List.of() : write.checks();
        List<Mutation> mutations = switch (defect) {
            case LOSES_THE_LAST_MUTATION ->
                write.mutations().size() < 2
                        ? write.mutations()
                        : write.mutations().subList(0, write.mutations().size() - 1);
            case REVERSES_MUTATIONS -> reversed(write.mutations());
            case FORGETS_THE_EXPIRY -> expiring(write, at -> null);
            case EXPIRES_A_MILLISECOND_EARLY -> expiring(write, at -> at.minusMillis(1));
            default -> write.mutations();
        };
        return AtomicWrite.of(
                checks, mutations, write.enqueues().stream().map(this::broken).toList());
    }

    private static List<Mutation> expiring(AtomicWrite write, UnaryOperator<@Nullable Instant> change) {
        return write.mutations().stream()
                .map(mutation -> mutation.kind() == Mutation.Kind.SET && mutation.expiresAt() != null
                        ? Mutation.set(mutation.key(), mutation.value(), change.apply(mutation.expiresAt()))
                        : mutation)
                .toList();
    }

    private Enqueue broken(Enqueue message) {
        return switch (defect) {
            case FORGETS_KEYS_IF_UNDELIVERED ->
                Enqueue.of(message.payload(), message.readyAt(), message.backoffSchedule(), List.of());
            case DELIVERS_TOO_EARLY ->
                Enqueue.of(
                        message.payload(),
                        options.clock().instant(),
                        message.backoffSchedule(),
                        message.keysIfUndelivered());
            default -> message;
        };
    }

    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        Flux<List<List<RawEntry>>> states = sound.watch(keys);
        return switch (defect) {
            case WATCHES_ONCE -> states.take(1).concatWith(Flux.never());
            case WATCHES_WITHOUT_A_FIRST_STATE -> states.skip(1);
            case BUFFERS_STATES -> states.onBackpressureBuffer();
            case WATCHES_ONLY_THE_FIRST_KEY ->
                Flux.combineLatest(sound.watch(keys.subList(0, 1)), states.take(1), (first, all) -> joined(first, all));
            case WATCHES_FOR_EVER -> states.concatWith(Flux.never());
            default -> states;
        };
    }

    private static List<List<RawEntry>> joined(List<List<RawEntry>> first, List<List<RawEntry>> all) {
        List<List<RawEntry>> state = new ArrayList<>(all);
        state.set(0, first.get(0));
        return state;
    }

    @Override
    public Flux<RawMessage> dequeue() {
        Flux<RawMessage> messages = sound.dequeue();
        return switch (defect) {
            case DELIVERS_TWICE -> messages.concatMapIterable(message -> List.of(message, message), 1);
            case DELIVERS_MORE_THAN_ASKED_FOR -> messages.onBackpressureBuffer();
            case FORGETS_REFUSALS -> messages.map(message -> settling(message, RawMessage.Settlement.FAILED, null));
            case COUNTS_A_RETURN ->
                messages.map(
                        message -> settling(message, RawMessage.Settlement.RETURNED, RawMessage.Settlement.FAILED));
            default -> messages;
        };
    }

    private static RawMessage settling(
            RawMessage message, RawMessage.Settlement asked, RawMessage.@Nullable Settlement done) {
        return new RawMessage() {
            @Override
            public String id() {
                return message.id();
            }

            @Override
            public byte[] payload() {
                return message.payload();
            }

            @Override
            public int retriesLeft() {
                return message.retriesLeft();
            }

            @Override
            public Mono<Void> settle(Settlement settlement) {
                if (settlement != asked) {
                    return message.settle(settlement);
                }
                return done == null ? Mono.empty() : message.settle(done);
            }
        };
    }

    @Override
    public <T> Optional<T> ability(Class<T> type) {
        return sound.ability(type);
    }

    @Override
    public DatabaseLimits limits() {
        return sound.limits();
    }

    @Override
    public Mono<Void> close() {
        return defect == Defect.STAYS_OPEN ? Mono.empty() : sound.close();
    }
}
