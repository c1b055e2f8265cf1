// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.spi.Database;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;

class OpeningTest {

    private final AtomicInteger attempts = new AtomicInteger();
    private final Sinks.One<Database> backend = Sinks.one();
    private final ScriptedDatabase database = ScriptedDatabase.ofSize(0);

    @Test
    void theDatabaseIsOpenedOnceByTheFirstWhoNeedsIt() {
        Opening opening = new Opening("db", Mono.fromSupplier(() -> {
            attempts.incrementAndGet();
            return database;
        }));
        assertThat(attempts).hasValue(0);
        assertThat(opening.ifOpen()).isNull();
        assertThat(opening.database().block()).isSameAs(database);
        assertThat(opening.database().block()).isSameAs(database);
        assertThat(opening.ifOpen()).isSameAs(database);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void anOpeningThatFailedIsTriedAgain() {
        Opening opening = new Opening(
                "db",
                Mono.defer(() -> attempts.incrementAndGet() == 1
                        ? Mono.error(new KvUnavailableException("locked", null))
                        : Mono.just(database)));
        StepVerifier.create(opening.database())
                .expectError(KvUnavailableException.class)
                .verify();
        assertThat(opening.database().block()).isSameAs(database);
    }

    @Test
    void whoCancelsDoesNotEndTheOpeningForTheOthers() {
        Opening opening = new Opening("db", backend.asMono());
        Disposable first = opening.database().subscribe();
        StepVerifier.create(opening.database())
                .then(first::dispose)
                .then(() -> backend.tryEmitValue(database))
                .expectNext(database)
                .verifyComplete();
    }

    @Test
    void closeDuringTheOpeningClosesWhatItGives() {
        PublisherProbe<Void> closed = PublisherProbe.empty();
        Database closing = new ClosingDatabase(closed.mono());
        Opening opening = new Opening("db", backend.asMono());
        opening.database().subscribe();
        StepVerifier.create(opening.close())
                .then(() -> backend.tryEmitValue(closing))
                .verifyComplete();
        closed.assertWasSubscribed();
        StepVerifier.create(opening.database())
                .expectError(KvClosedException.class)
                .verify();
        assertThat(opening.ifOpen()).isNull();
    }

    @Test
    void closeDuringTheOpeningClosesWhatItGivesEvenIfWhoeverClosesHasGone() {
        PublisherProbe<Void> closed = PublisherProbe.empty();
        Opening opening = new Opening("db", backend.asMono());
        opening.database().subscribe();
        opening.close().subscribe().dispose();
        backend.tryEmitValue(new ClosingDatabase(closed.mono()));
        closed.assertWasSubscribed();
    }

    @Test
    void anOpeningThatGivesNothingIsAnError() {
        StepVerifier.create(new Opening("db", Mono.empty()).database())
                .expectErrorSatisfies(e -> assertThat(e).isInstanceOf(KvDatabaseException.class))
                .verify(java.time.Duration.ofSeconds(10));
    }

    @Test
    void closeDuringAnOpeningThatFailsCompletes() {
        Opening opening = new Opening("db", backend.asMono());
        StepVerifier.create(opening.database())
                .then(() -> StepVerifier.create(opening.close())
                        .then(() -> backend.tryEmitError(new KvUnavailableException("locked", null)))
                        .verifyComplete())
                .expectError(KvUnavailableException.class)
                .verify();
        StepVerifier.create(opening.database())
                .expectError(KvClosedException.class)
                .verify();
    }

    @Test
    void theContextReachesTheBackend() {
        Opening opening = new Opening(
                "db",
                Mono.deferContextual(c -> c.hasKey("who") ? Mono.just(database) : Mono.error(new AssertionError())));
        assertThat(opening.database().contextWrite(c -> c.put("who", "me")).block())
                .isSameAs(database);
    }

    private record ClosingDatabase(Mono<Void> close) implements Database {
        @Override
        public Mono<java.util.List<java.util.List<io.kvreactive.spi.RawEntry>>> snapshotRead(
                java.util.List<io.kvreactive.spi.ReadRange> ranges, KvConsistency consistency) {
            return Mono.never();
        }

        @Override
        public Mono<CommitResult> atomicWrite(io.kvreactive.spi.AtomicWrite write) {
            return Mono.never();
        }

        @Override
        public io.kvreactive.spi.DatabaseLimits limits() {
            return io.kvreactive.spi.DatabaseLimits.DENO;
        }
    }
}
