// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.EnqueueOptions;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConflictException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvQueue;
import io.kvreactive.KvType;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.KvValue;
import io.kvreactive.ListenOptions;
import io.kvreactive.QueueMessage;
import io.kvreactive.spi.KvObserver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** {@code messages} and {@code listenQueue}, by {@code docs/spec/keys-and-values.md} section 9: at least once, settled by whoever has it. */
abstract class DeliveryContract extends ContractPart {

    private static final Duration FIRST_INTERVAL = Duration.ofMillis(100);
    private static final KvType<String> TEXT = KvType.of(String.class);

    DeliveryContract(KvContract contract) {
        super(contract);
    }

    @Override
    @Nullable
    Publisher<?> refused() {
        return has(KvContract.Trait.DELIVERS) ? null : kv().messages(String.class);
    }

    private Probe<QueueMessage<String>> listener() {
        return Probe.on(kv().messages(String.class));
    }

    private void enqueue(Object message) {
        await(kv().enqueue(message));
    }

    private static EnqueueOptions.Builder backoff(Duration... intervals) {
        return EnqueueOptions.builder().backoffSchedule(intervals);
    }

    /** Reads until something holds: what never comes is a failure after many. */
    private void until(BooleanSupplier condition) {
        boolean holds = condition.getAsBoolean();
        long end = System.nanoTime() + patience.toNanos();
        while (!holds && System.nanoTime() < end) {
            await(kv().getMany(List.of(C)));
            holds = condition.getAsBoolean();
        }
        assertThat(holds).as("it comes to that").isTrue();
    }

    private KvQueue.Counts counts() {
        return await(kv().queue().counts());
    }

    @Test
    void aMessageIsDeliveredOnceAndGoneWhenItIsHandled() {
        Probe<QueueMessage<String>> listener = listener();
        enqueue("one");
        QueueMessage<String> message = listener.ask();
        String text = message.value();
        assertThat(text).isEqualTo("one");
        assertThat(message.retriesLeft()).isEqualTo(5);
        assertThat(message.id()).matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
        awaitEnd(message.ack());
        awaitEnd(message.ack());
        awaitEnd(message.nack());
        enqueue("two");
        String next = listener.ask().value();
        assertThat(next).isEqualTo("two");
    }

    @Test
    void messagesThatWaitBeforeSomebodyListensAreDeliveredInTheOrderOfTheirTimes() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        for (int i = 0; i < 20; i++) {
            enqueue("m" + i);
            clock.advance(Duration.ofMillis(1));
        }
        Probe<QueueMessage<String>> listener = listener();
        for (int i = 0; i < 20; i++) {
            QueueMessage<String> message = listener.ask();
            String text = message.value();
            assertThat(text).isEqualTo("m" + i);
            awaitEnd(message.ack());
        }
    }

    @Test
    void noMoreMessagesAreOutThanWereAskedFor() {
        for (int i = 0; i < 10; i++) {
            enqueue("m");
        }
        Probe<QueueMessage<String>> listener = listener();
        await(kv().getMany(List.of(A, B)));
        assertThat(listener.waiting()).isZero();
        List<QueueMessage<String>> held = List.of(listener.ask(), listener.ask());
        await(kv().getMany(List.of(A, B)));
        assertThat(listener.waiting()).isZero();
        if (has(KvContract.Trait.SHOWS_QUEUE)) {
            assertThat(counts()).isEqualTo(new KvQueue.Counts(8, 0, 2));
        }
        // Held until here: one that nobody holds any more would be put back.
        held.forEach(message -> awaitEnd(message.ack()));
    }

    @Test
    void aMessageWaitsForItsTime() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        Probe<QueueMessage<String>> listener = listener();
        listener.request(1);
        await(kv().enqueue(
                        "later",
                        EnqueueOptions.builder().delay(Duration.ofMinutes(1)).build()));
        clock.advance(Duration.ofMinutes(1).minusMillis(1));
        await(kv().getMany(List.of(A, B)));
        assertThat(listener.waiting()).isZero();
        clock.advance(Duration.ofMillis(1));
        String text = listener.next().value();
        assertThat(text).isEqualTo("later");
    }

    @Test
    void aRefusedMessageComesAgainByItsScheduleAndIsThenSetUnderItsKeys() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        await(kv().enqueue(
                        "hot",
                        backoff(FIRST_INTERVAL, Duration.ofSeconds(1))
                                .keysIfUndelivered(A, B)
                                .build()));
        Probe<QueueMessage<String>> listener = listener();
        QueueMessage<String> first = listener.ask();
        assertThat(first.retriesLeft()).isEqualTo(2);
        awaitEnd(first.nack());
        listener.request(1);
        await(kv().getMany(List.of(A, B)));
        assertThat(listener.waiting()).isZero();
        clock.advance(FIRST_INTERVAL);
        QueueMessage<String> second = listener.next();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.retriesLeft()).isEqualTo(1);
        awaitEnd(second.nack());
        clock.advance(Duration.ofSeconds(1));
        QueueMessage<String> third = listener.ask();
        assertThat(third.retriesLeft()).isZero();
        assertThat(isAbsent(A)).isTrue();
        awaitEnd(third.nack());
        KvEntry<Object> kept = get(A);
        assertThat(kept.value()).isEqualTo("hot");
        assertThat(kept.rawValue()).isEqualTo(third.rawValue());
        assertThat(kept.expiresAt()).isNull();
        assertThat(get(B).versionstamp()).isEqualTo(kept.versionstamp());
    }

    @Test
    void whoWatchesAKeyIsToldOfAMessageThatWasGivenUpUnderIt() {
        requires(KvContract.Trait.WATCHES);
        var seen = Probe.onAll(kv().watch(A));
        seen.next();
        await(kv().enqueue("lost", backoff().keysIfUndelivered(A).build()));
        awaitEnd(listener().ask().nack());
        assertThat(seen.next().value()).isEqualTo("lost");
    }

    @Test
    void givingUpWithoutKeysLeavesNothingAndTakesNoVersion() {
        await(kv().enqueue("lost", backoff().build()));
        QueueMessage<String> message = listener().ask();
        var before = set(A, 1);
        awaitEnd(message.nack());
        assertThat(keys(ALL)).containsExactly(A);
        assertThat(get(A).versionstamp()).isEqualTo(before);
        if (has(KvContract.Trait.SHOWS_QUEUE)) {
            assertThat(counts().total()).isZero();
        }
    }

    @Test
    void aReturnedMessageIsReadyAtOnceAndNoAttemptIsCounted() {
        await(kv().enqueue("again", backoff(Duration.ofHours(1)).build()));
        Probe<QueueMessage<String>> listener = listener();
        for (int i = 0; i < 5; i++) {
            QueueMessage<String> message = listener.ask();
            assertThat(message.retriesLeft()).isEqualTo(1);
            awaitEnd(message.release());
        }
    }

    @Test
    void aMessageIsOutAlsoAfterACancelUntilItIsSettled() {
        enqueue("one");
        QueueMessage<String> message = await(kv().messages(String.class).next());
        Probe<QueueMessage<String>> other = listener();
        other.request(1);
        await(kv().getMany(List.of(A, B)));
        assertThat(other.waiting()).isZero();
        awaitEnd(message.release());
        assertThat(other.next().id()).isEqualTo(message.id());
    }

    @Test
    void severalListenersShareTheMessagesAndEachIsGivenToOne() {
        Set<String> handled = ConcurrentHashMap.newKeySet();
        AtomicInteger deliveries = new AtomicInteger();
        List<Disposable> listeners = all(Flux.range(0, 3)
                .map(i -> kv().listenQueue(String.class, message -> {
                            deliveries.incrementAndGet();
                            handled.add(Objects.requireNonNull(message.value()));
                            return Mono.empty();
                        })
                        .subscribe()));
        awaitEnd(Flux.range(0, 200).flatMap(i -> kv().enqueue("m" + i), 16));
        until(() -> handled.size() == 200);
        assertThat(deliveries).hasValue(200);
        listeners.forEach(Disposable::dispose);
    }

    @Test
    void handlersRunAtTheSameTimeButNoMoreThanTheOptionSays() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        Disposable listener = kv().listenQueue(
                        TEXT,
                        ListenOptions.builder().concurrency(4).build(),
                        message -> Mono.fromRunnable(() -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                                .then(kv().get(A))
                                .then(kv().get(B))
                                // Before the end is told, when the next handler may begin.
                                .doOnTerminate(() -> {
                                    running.decrementAndGet();
                                    handled.incrementAndGet();
                                }))
                .subscribe();
        awaitEnd(Flux.range(0, 100).flatMap(i -> kv().enqueue("m" + i), 16));
        until(() -> handled.get() == 100);
        listener.dispose();
        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void aHandlerThatFailsOneWayOrTheOtherHasNotHandledItsMessageAndTheListenerGoesOn() {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        reopen(options().observer(new KvObserver() {
            @Override
            public void handlerFailed(String id, int retriesLeft, Throwable error) {
                told.add(error.getMessage() + " " + retriesLeft);
            }
        }));
        List<Publisher<?>> endings = List.of(Mono.error(new IllegalStateException("signal")), Mono.empty());
        AtomicInteger calls = new AtomicInteger();
        Disposable listener = kv().listenQueue(String.class, message -> {
                    if (calls.get() == 2) {
                        calls.incrementAndGet();
                        throw new IllegalStateException("thrown");
                    }
                    return endings.get(calls.getAndIncrement() == 0 ? 0 : 1);
                })
                .subscribe();
        await(kv().enqueue("one", backoff().keysIfUndelivered(A).build()));
        until(() -> !isAbsent(A));
        enqueue("two");
        until(() -> calls.get() == 2);
        await(kv().enqueue("three", backoff().keysIfUndelivered(B).build()));
        until(() -> !isAbsent(B));
        listener.dispose();
        assertThat(told).containsExactly("signal 0", "thrown 0");
        assertThat(valueOf(A)).isEqualTo("one");
        assertThat(valueOf(B)).isEqualTo("three");
    }

    @Test
    void aMessageThatCannotBeReadIsAFailedDeliveryAndTheListenerGoesOn() {
        Queue<KvDecodeException> told = new ConcurrentLinkedQueue<>();
        reopen(options().observer(new KvObserver() {
            @Override
            public void messageUndecodable(String id, int retriesLeft, KvDecodeException error) {
                told.add(error);
            }
        }));
        KvValue damaged = KvValue.copyOf(KvValue.V8, new byte[] {(byte) 0xFF, 0x0F, 0x7A});
        await(kv().enqueue(damaged, backoff().keysIfUndelivered(A).build()));
        await(kv().enqueue(List.of(1), backoff().keysIfUndelivered(B).build()));
        enqueue("sound");
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Disposable listener = kv().listenQueue(
                        String.class,
                        message -> Mono.fromRunnable(() -> seen.add(Objects.requireNonNull(message.value()))))
                .subscribe();
        until(() -> seen.contains("sound") && told.size() == 2);
        until(() -> dump().size() == 2);
        listener.dispose();
        assertThat(told).allSatisfy(error -> assertThat(error).hasMessageContaining("message"));
        assertThat(seen).containsExactly("sound");
    }

    @Test
    void aHandlerThatTakesTooLongIsCancelledAndHasFailed() {
        AtomicInteger cancelled = new AtomicInteger();
        Disposable listener = kv().listenQueue(
                        TEXT,
                        ListenOptions.builder()
                                .handlingTimeout(Duration.ofMillis(20))
                                .build(),
                        message -> Mono.never().doOnCancel(cancelled::incrementAndGet))
                .subscribe();
        await(kv().enqueue("slow", backoff().keysIfUndelivered(A).build()));
        until(() -> !isAbsent(A));
        listener.dispose();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void aCancelledListenerPutsItsMessagesBack() {
        enqueue("one");
        Sinks.Empty<Void> begun = Sinks.empty();
        Disposable listener = kv().listenQueue(
                        String.class,
                        message -> Mono.fromRunnable(begun::tryEmitEmpty).then(Mono.never()))
                .subscribe();
        awaitEnd(begun.asMono());
        listener.dispose();
        QueueMessage<String> again = listener().ask();
        String text = again.value();
        assertThat(text).isEqualTo("one");
        assertThat(again.retriesLeft()).isEqualTo(5);
    }

    @Test
    void closingWaitsForHandlersAndServesThem() {
        reopen(options().closeGrace(PATIENCE));
        enqueue("one");
        Sinks.Empty<Void> begun = Sinks.empty();
        Sinks.Empty<Void> mayEnd = Sinks.empty();
        Mono<Void> listening = kv().listenQueue(
                        String.class,
                        message -> Mono.fromRunnable(begun::tryEmitEmpty)
                                .then(mayEnd.asMono())
                                .then(kv().set(A, "handled")))
                .cache();
        Disposable listener = listening.subscribe();
        awaitEnd(begun.asMono());
        Mono<Void> close = kv().close().cache();
        Disposable closing = close.subscribe();
        await(kv().getMany(List.of(A, B)));
        assertThat(closing.isDisposed()).isFalse();
        mayEnd.tryEmitEmpty();
        awaitEnd(close);
        awaitEnd(listening);
        listener.dispose();
        errorOf(KvClosedException.class, kv().messages(String.class));
        if (has(KvContract.Trait.SURVIVES_CLOSE)) {
            reopen(options());
            assertThat(valueOf(A)).isEqualTo("handled");
            Probe<QueueMessage<String>> later = listener();
            later.request(1);
            await(kv().getMany(List.of(A, B)));
            assertThat(later.waiting()).isZero();
        }
    }

    @Test
    void closingPutsBackWhatIsNotHandledWithinTheGrace() {
        reopen(options().closeGrace(Duration.ofMillis(50)));
        enqueue("one");
        enqueue("two");
        QueueMessage<String> byHand = listener().ask();
        AtomicInteger cancelled = new AtomicInteger();
        Sinks.Empty<Void> begun = Sinks.empty();
        Mono<Void> listening = kv().listenQueue(
                        String.class,
                        message -> Mono.fromRunnable(begun::tryEmitEmpty)
                                .then(Mono.never())
                                .doOnCancel(cancelled::incrementAndGet))
                .cache();
        listening.subscribe();
        awaitEnd(begun.asMono());
        awaitEnd(kv().close());
        awaitEnd(listening);
        assertThat(cancelled).hasValue(1);
        awaitEnd(byHand.ack());
        if (has(KvContract.Trait.SURVIVES_CLOSE)) {
            reopen(options());
            Probe<QueueMessage<String>> later = listener();
            assertThat(later.ask().retriesLeft()).isEqualTo(5);
            assertThat(later.ask().retriesLeft()).isEqualTo(5);
        }
    }

    @Test
    void messagesSurviveAClose() {
        enqueue("one");
        reopen(options());
        if (!has(KvContract.Trait.SURVIVES_CLOSE)) {
            enqueue("two");
        }
        String text = listener().ask().value();
        assertThat(text).isEqualTo(has(KvContract.Trait.SURVIVES_CLOSE) ? "one" : "two");
    }

    @Test
    void aForgottenMessageIsPutBack() {
        enqueue("one");
        // Nobody keeps what was given.
        awaitEnd(kv().messages(String.class).take(1).then());
        Probe<QueueMessage<String>> other = listener();
        other.request(1);
        until(() -> {
            System.gc();
            return other.waiting() == 1;
        });
    }

    @Test
    void theQueueCanBeLookedAtOrSaysThatItCannot() {
        if (!has(KvContract.Trait.SHOWS_QUEUE)) {
            errorOf(KvUnsupportedException.class, kv().queue().counts());
            return;
        }
        assertThat(counts().total()).isZero();
        enqueue("ready");
        await(kv().enqueue(
                        "delayed",
                        EnqueueOptions.builder()
                                .delay(Duration.ofHours(1))
                                .keysIfUndelivered(A)
                                .build()));
        assertThat(counts()).isEqualTo(new KvQueue.Counts(1, 1, 0));
        QueueMessage<String> out = listener().ask();
        assertThat(counts()).isEqualTo(new KvQueue.Counts(0, 1, 1));
        List<KvQueue.Message<Object>> seen = all(kv().queue().peek(10));
        assertThat(seen).extracting(KvQueue.Message::value).containsExactly("ready", "delayed");
        assertThat(seen).extracting(KvQueue.Message::isRunning).containsExactly(true, false);
        assertThat(seen.get(0).id()).isEqualTo(out.id());
        assertThat(seen.get(1).keysIfUndelivered()).containsExactly(A);
        assertThat(seen.get(1).retriesLeft()).isEqualTo(5);
        if (has(KvContract.Trait.FOLLOWS_THE_CLOCK)) {
            assertThat(seen.get(1).dueAt()).isEqualTo(START.plus(Duration.ofHours(1)));
        }
        assertThat(all(kv().queue().peek(1))).hasSize(1);
    }

    @Test
    void deadLettersAreListedBelowTheirPrefixAndCanBeRedelivered() {
        EnqueueOptions options = backoff().deadLetters(KvKey.of("dead")).build();
        await(kv().atomic().enqueue("one", options).enqueue("two", options).commit());
        Probe<QueueMessage<String>> listener = listener();
        awaitEnd(listener.ask().nack());
        awaitEnd(listener.ask().nack());
        List<KvEntry<String>> dead = all(kv().queue().deadLetters(KvKey.of("dead"), TEXT));
        assertThat(dead).extracting(KvEntry::value).containsExactlyInAnyOrder("one", "two");
        KvEntry<String> letter = dead.get(0);
        await(kv().queue().redeliver(letter, EnqueueOptions.defaults()));
        errorOf(KvConflictException.class, kv().queue().redeliver(letter, EnqueueOptions.defaults()));
        assertThat(all(kv().queue().deadLetters(KvKey.of("dead"), TEXT))).hasSize(1);
        String text = listener.ask().value();
        assertThat(text).isEqualTo(letter.value());
    }
}
