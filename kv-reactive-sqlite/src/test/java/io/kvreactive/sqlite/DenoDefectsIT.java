// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.Kv;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvType;
import io.kvreactive.KvValue;
import io.kvreactive.ListenOptions;
import io.kvreactive.QueueMessage;
import io.kvreactive.SetOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The defects of Deno's API: {@code denoNN} is the row of {@code docs/spec/keys-and-values.md} section 11. */
class DenoDefectsIT extends ReferenceDefects {

    @Test
    void deno01ACommitThatFailsInAMutationTakesNoVersion() {
        kv.set(B, "text").block();
        long before = version();
        assertThatThrownBy(
                        () -> kv.atomic().set(A, 1).set(C, 1).sum(B, 1).commit().block())
                .isInstanceOf(KvMutationException.class);
        assertThat(version()).isEqualTo(before);
        assertThat(kv.count(KvSelector.prefix()).block()).isEqualTo(1);
    }

    @Test
    void deno02AnExpiredEntryIsAbsentForReadsListsAndChecks() {
        kv.set(A, 1, SetOptions.expireIn(Duration.ofMillis(500))).block();
        clock.advance(Duration.ofMillis(500));
        assertThat(kv.get(A).block()).isNull();
        assertThat(kv.count(KvSelector.prefix()).block()).isZero();
        assertThat(kv.atomic().checkAbsent(A).set(A, 2).commit().block().isCommitted())
                .isTrue();
    }

    @Test
    void deno03AHandlerThatRunsLongIsNotGivenItsMessageTwice() {
        AtomicInteger calls = new AtomicInteger();
        Sinks.Empty<Void> mayEnd = Sinks.empty();
        Disposable listening = kv.listenQueue(
                        Object.class,
                        message -> Mono.fromRunnable(calls::incrementAndGet).then(mayEnd.asMono()))
                .subscribe();
        kv.enqueue("long").block();
        Received.until(() -> calls.get() == 1);
        for (int i = 0; i < 60; i++) {
            clock.advance(Duration.ofSeconds(2));
            long renewed = clock.instant().plus(LEASE).toEpochMilli();
            Received.until(() -> number("select deadline from queue_running") == renewed);
        }
        mayEnd.tryEmitEmpty();
        Received.until(() -> number("select count(*) from queue_running") == 0);
        assertThat(calls).hasValue(1);
        listening.dispose();
    }

    @Test
    void deno04NoMoreHandlersRunThanTheOptionSays() {
        AtomicInteger running = new AtomicInteger();
        Disposable listening = kv.listenQueue(
                        KvType.of(Object.class),
                        ListenOptions.builder().concurrency(10).build(),
                        message -> Mono.fromRunnable(running::incrementAndGet).then(Mono.never()))
                .subscribe();
        Flux.range(0, 250).flatMap(kv::enqueue, 64).blockLast();
        Received.until(() -> running.get() == 10);
        kv.set(A, 1).block();
        assertThat(running).hasValue(10);
        assertThat(number("select count(*) from queue_running")).isEqualTo(10);
        listening.dispose();
    }

    @Test
    void deno05MessagesAndChangesOfOtherProcessesDoNotWaitForAMinute() {
        Kv other = open(SqliteOptions.defaults());
        Received<QueueMessage<Object>> listener = listener();
        listener.request(1);
        Received<KvEntryMaybe<Object>> watching =
                Received.allOf(kv.watchPrefix(KvKey.of("p"), KvType.of(Object.class)));
        // Neither the clock nor this process does anything that could wake them.
        other.atomic().set(KvKey.of("p", 1), 1).enqueue("now").commit().block();
        assertThat(watching.next().isPresent()).isTrue();
        assertThat(listener.next().value()).isEqualTo("now");
    }

    @Test
    void deno06StampedKeysAndKeysOfUndeliveredMessagesAreToldToWhoWatchesAPrefix() {
        Received<KvEntryMaybe<Object>> watching =
                Received.allOf(kv.watchPrefix(KvKey.of("p"), KvType.of(Object.class)));
        kv.atomic().setVersionstamped(KvKey.of("p"), "stamped").commit().block();
        assertThat(watching.next().value()).isEqualTo("stamped");
        kv.enqueue("lost", once().keysIfUndelivered(KvKey.of("p", "dead")).build())
                .block();
        listener().ask().nack().block();
        assertThat(watching.next().value()).isEqualTo("lost");
    }

    @Test
    void deno07AKeyThatBecomesTooLongByItsVersionstampIsRefused() {
        KvKey fits = KvKey.of("x".repeat(2048 - 2));
        kv.set(fits, 1).block();
        assertThatThrownBy(() -> kv.atomic().setVersionstamped(fits, 1).commit().block())
                .isInstanceOf(KvLimitException.class);
        KvKey shorter = KvKey.of("x".repeat(2048 - 2 - 22));
        String stamp = kv.atomic()
                .setVersionstamped(shorter, 1)
                .commitOrThrow()
                .block()
                .toString();
        assertThat(kv.get(shorter.append(stamp)).block()).isNotNull();
        kv.delete(shorter.append(stamp)).block();
    }

    @Test
    void deno08AListingGoesOnAfterAnEntryWhoseCursorIsEmpty() {
        Flux.range(0, 3).concatMap(i -> kv.set(KvKey.of("a", i), i)).blockLast();
        kv.set(A, "start").block();
        KvSelector selector = KvSelector.range(A, KvKey.of("a", 3)).limit(1);
        List<KvKey> pages = new ArrayList<>();
        for (var page = kv.page(selector).block(); ; ) {
            page.entries().forEach(entry -> pages.add(entry.key()));
            if (!page.hasMore() || pages.size() > 10) {
                break;
            }
            page = kv.page(selector.after(page.next())).block();
        }
        assertThat(pages).containsExactly(A, KvKey.of("a", 0), KvKey.of("a", 1), KvKey.of("a", 2));
    }

    @Test
    void deno09ContentionBetweenProcessesIsAConflictOrASuccessAndNeverAnError() {
        Kv other = open(SqliteOptions.defaults());
        long committed = Flux.range(0, 100)
                .flatMap(
                        i -> Flux.just(kv, other)
                                .flatMap(each -> each.transact(tx -> tx.get(A)
                                        .map(seen -> seen.isPresent() ? (Integer) seen.value() : 0)
                                        .map(count -> tx.set(A, count + 1).result(count)))),
                        4)
                .count()
                .block();
        assertThat(committed).isEqualTo(200);
        assertThat(kv.get(A).block().value()).isEqualTo(200);
    }

    @Test
    void deno10ALockThatIsHeldLongIsWaitedForAsLongAsTheUserWants() throws Exception {
        Kv patient = open(
                SqliteOptions.builder().lockWaitTimeout(Duration.ofMinutes(5)).build());
        patient.ready().block();
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            Mono<?> written = patient.set(A, 1).cache();
            written.subscribe();
            // Longer than Deno waits, of which it ends with an error.
            assertThat(written.timeout(Duration.ofMillis(5_500), Mono.empty()).block())
                    .isNull();
            foreign.createStatement().execute("commit");
            assertThat(written.block()).isNotNull();
        }
    }

    @Test
    void deno11ACounterThatIsNotEightBytesIsAnErrorOfItsEntryAlone() {
        Files.sql(path, "insert into kv (k, v, v_encoding, version) values (x'026100', x'0102', 2, 1)");
        kv.set(B, 1).block();
        assertThatThrownBy(() -> kv.get(A).block()).isInstanceOf(KvDecodeException.class);
        assertThatThrownBy(() -> kv.atomic().sum(A, 1).commit().block()).isInstanceOf(KvMutationException.class);
        assertThat(kv.get(B).block()).isNotNull();
    }

    @Test
    void deno12AMessageThatCannotBeDecodedIsAFailedDeliveryAndTheListenerGoesOn() {
        Queue<Object> handled = new ConcurrentLinkedQueue<>();
        kv.enqueue(
                        KvValue.copyOf(KvValue.V8, new byte[] {(byte) 0xFF, 0x0F, 0x7A}),
                        once().keysIfUndelivered(A).build())
                .block();
        Disposable listening = kv.listenQueue(
                        Object.class, message -> Mono.fromRunnable(() -> handled.add(message.value())))
                .subscribe();
        kv.enqueue("sound").block();
        Received.until(() -> handled.contains("sound") && observed.contains("undecodable"));
        Received.until(() -> number("select count(*) from kv") == 1);
        Received.until(() -> number("select (select count(*) from queue) + (select count(*) from queue_running)") == 0);
        listening.dispose();
    }

    @Test
    void deno14KeysIfUndeliveredThatCannotBeReadAgainAreRefused() {
        assertThatThrownBy(() -> once().keysIfUndelivered(KvKey.empty())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> kv.enqueue(
                                1,
                                once().keysIfUndelivered(KvKey.of("x".repeat(3000)))
                                        .build())
                        .block())
                .isInstanceOf(KvLimitException.class);
    }

    @Test
    void deno15GivingUpWithoutKeysUsesNoVersion() {
        kv.enqueue("lost", once().build()).block();
        long before = version();
        listener().ask().nack().block();
        kv.set(A, 1).block();
        assertThat(version() - before).isBetween(1L, 9L);
    }

    @Test
    void deno16CloseWaitsForHandlersAndServesThem() {
        Sinks.Empty<Void> begun = Sinks.empty();
        Sinks.Empty<Void> mayEnd = Sinks.empty();
        Kv graceful = open(SqliteOptions.defaults(), Duration.ofMinutes(1));
        graceful.listenQueue(
                        Object.class,
                        message -> Mono.fromRunnable(begun::tryEmitEmpty)
                                .then(mayEnd.asMono())
                                .then(graceful.set(A, "handled")))
                .subscribe();
        kv.enqueue("slow").block();
        begun.asMono().block();
        Mono<Void> closing = graceful.close().cache();
        Disposable closed = closing.subscribe();
        assertThat(number("select count(*) from queue_running")).isEqualTo(1);
        assertThat(closed.isDisposed()).isFalse();
        mayEnd.tryEmitEmpty();
        closing.block();
        assertThat(number("select (select count(*) from queue) + (select count(*) from queue_running)"))
                .isZero();
        assertThat(number("select count(*) from kv")).isEqualTo(1);
    }
}
