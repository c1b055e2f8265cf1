// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.QueueMessage;
import io.kvreactive.test.MutableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One queue under Java and under Deno: what the one enqueues the other handles, also what was in flight in a process that was killed. */
class SharedQueueIT {

    private static final int MESSAGES = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    /** A message in flight is lost, in the eyes of Deno, five seconds after the time it was ready. */
    private static final Duration DENOS_LEASE = Duration.ofSeconds(6);
    /** In the eyes of Java, what another process took is lost if its row has not changed for a minute after that. */
    private static final Duration GRACE = Duration.ofSeconds(61);

    private static final Map<String, String> RESULTS = new ConcurrentHashMap<>();

    @TempDir
    Path folder;

    @AfterAll
    static void summary() throws IOException {
        Summary.print("queue", "one queue: " + String.join("; ", new TreeSet<>(RESULTS.values())));
    }

    @Test
    void javaHandlesWhatDenoEnqueuesAndSeesItsCommits() throws Exception {
        Path file = folder.resolve("to-java.sqlite");
        Kv kv = Kv.create("sqlite:" + file);
        BlockingQueue<Integer> handled = new LinkedBlockingQueue<>();
        BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        BlockingQueue<Object> below = new LinkedBlockingQueue<>();
        kv.ready().block();
        Disposable listener = kv.listenQueue(
                        Object.class,
                        message ->
                                Mono.fromRunnable(() -> handled.add((Integer) ((Map<?, ?>) message.value()).get("n"))))
                .subscribe();
        Disposable watch =
                kv.watch(KvKey.of("watched")).mapNotNull(KvEntryMaybe::value).subscribe(seen::add);
        Disposable prefix =
                kv.watchPrefix(KvKey.of()).mapNotNull(KvEntryMaybe::value).subscribe(below::add);
        long start;
        try (Deno deno = Deno.start("queue.mjs", "enqueue", file, MESSAGES)) {
            assertThat(deno.next().get("ready").asBoolean()).isTrue();
            start = System.nanoTime();
            deno.goOn();
            assertThat(deno.next().get("enqueued").asInt()).isEqualTo(MESSAGES);
        }
        Set<Integer> all = new TreeSet<>();
        while (all.size() < MESSAGES) {
            Integer number = handled.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(number).as("a message, after %s", all).isNotNull();
            all.add(number);
        }
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        awaitLast(seen);
        awaitLast(below);
        Flux.just(listener, watch, prefix).subscribe(Disposable::dispose);
        kv.close().block();
        assertThat(handled).as("handled twice").isEmpty();
        assertThat(all)
                .containsExactlyElementsOf(IntStream.range(0, MESSAGES).boxed().toList());
        RESULTS.put(
                "to java",
                "Java handled %d of %d of a Deno at work %d ms after the first, and its watches saw the last commit"
                        .formatted(all.size(), MESSAGES, millis));
    }

    private static void awaitLast(BlockingQueue<Object> seen) throws InterruptedException {
        Object last;
        do {
            last = seen.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(last).as("a state").isNotNull();
        } while (!last.equals(MESSAGES - 1));
    }

    @Test
    void denoHandlesWhatJavaEnqueues() throws Exception {
        Path file = folder.resolve("to-deno.sqlite");
        Kv kv = Kv.create("sqlite:" + file);
        for (int i = 0; i < MESSAGES; i++) {
            kv.enqueue(Map.of("n", i)).block();
        }
        Set<Integer> all = new TreeSet<>();
        try (Deno deno = Deno.start("queue.mjs", "listen", file)) {
            assertThat(deno.next().get("ready").asBoolean()).isTrue();
            while (all.size() < MESSAGES) {
                all.add(deno.next().get("handled").get("n").asInt());
            }
            deno.goOn();
            assertThat(deno.exitCode()).isZero();
        }
        kv.close().block();
        RESULTS.put("to deno", "Deno handled %d of %d of Java".formatted(all.size(), MESSAGES));
    }

    @Test
    void denoHandlesWhatWasInFlightInAKilledJava() throws Exception {
        Path file = folder.resolve("killed-java.sqlite");
        Kv kv = Kv.create("sqlite:" + file);
        kv.enqueue(Map.of("n", 7)).block();
        try (JavaMain holder = JavaMain.start("holder", MessageHolder.class, file)) {
            assertThat(holder.next().get("holding").asBoolean()).isTrue();
            // Longer than a lease: it was renewed.
            TimeUnit.SECONDS.sleep(7);
            assertThat(kv.queue().counts().block().running()).isEqualTo(1);
            holder.kill();
            holder.exitCode();
        }
        kv.close().block();
        TimeUnit.MILLISECONDS.sleep(DENOS_LEASE.toMillis());
        try (Deno deno = Deno.start("queue.mjs", "listen", file)) {
            assertThat(deno.next().get("ready").asBoolean()).isTrue();
            assertThat(deno.next().get("handled").get("n").asInt()).isEqualTo(7);
        }
        RESULTS.put("killed java", "Deno handled what was in flight in a killed Java");
    }

    @Test
    void javaHandlesWhatWasInFlightInAKilledDeno() throws Exception {
        Path file = folder.resolve("killed-deno.sqlite");
        MutableClock clock = MutableClock.at(Instant.now());
        Kv kv = Kv.create("sqlite:" + file, KvOptions.builder().clock(clock).build());
        kv.enqueue(
                        Map.of("n", 8),
                        EnqueueOptions.builder()
                                .backoffSchedule(Duration.ofMillis(10))
                                .build())
                .block();
        BlockingQueue<QueueMessage<Object>> given = new LinkedBlockingQueue<>();
        Disposable listener;
        try (Deno deno = Deno.start("queue.mjs", "hold", file)) {
            assertThat(deno.next().get("ready").asBoolean()).isTrue();
            assertThat(deno.next().get("holding").get("n").asInt()).isEqualTo(8);
            listener = kv.messages(Object.class).subscribe(given::add);
            deno.kill();
            deno.exitCode();
        }
        // Java sees the row now, and watches for a minute whether anybody renews it.
        clock.advance(DENOS_LEASE);
        assertThat(kv.queue().counts().block().running()).isEqualTo(1);
        QueueMessage<Object> message = null;
        for (int i = 0; message == null && i < 20; i++) {
            clock.advance(GRACE);
            message = given.poll(1, TimeUnit.SECONDS);
        }
        assertThat(message).as("the message of the killed Deno").isNotNull();
        assertThat(message.value()).isEqualTo(Map.of("n", 8));
        assertThat(message.retriesLeft()).isZero();
        message.ack().block();
        assertThat(kv.queue().counts().block().total()).isZero();
        listener.dispose();
        kv.close().block();
        RESULTS.put("killed deno", "Java handled what was in flight in a killed Deno");
    }
}
