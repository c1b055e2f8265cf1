// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import io.kvreactive.Kv;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvType;
import io.kvreactive.ListenOptions;
import io.kvreactive.remote.RemoteOptions;
import io.kvreactive.spi.DatabaseLimits;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** kv-reactive, on a file or against a server. */
public final class KvPeer {

    private static final int BATCH = 500;
    private static final long CONSUMER_NANOS = 4_000;

    private final Work work;
    private final Kv kv;
    private final Meter meter;

    private KvPeer(Work work) {
        this.work = work;
        KvOptions.Builder options = KvOptions.builder();
        if (work.kind() == Work.Kind.GET_ALONE) {
            options.with(RemoteOptions.builder()
                    .limits(DatabaseLimits.builder().rangesPerRead(1).build())
                    .build());
        }
        String token = System.getenv("DENO_KV_ACCESS_TOKEN");
        this.kv = Kv.create(
                work.target(),
                token == null ? options.build() : options.accessToken(token).build());
        this.meter = new Meter(work);
    }

    /**
     * Does the work and prints what was done.
     *
     * @param args see {@link Work}
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws InterruptedException {
        KvPeer peer = new KvPeer(Work.parse(args));
        peer.kv.ready().block();
        switch (peer.work.kind()) {
            case WATCH -> peer.watch();
            case QUEUE -> peer.queue();
            case SLOW_LIST -> peer.slowList();
            default -> peer.loops();
        }
        System.exit(0);
    }

    /** So many loops, each of which does one thing after the other. */
    private void loops() throws InterruptedException {
        for (int i = 0; i < work.inFlight(); i++) {
            Mono.defer(this::one).repeat(() -> !meter.isOver()).subscribe(done -> {}, KvPeer::fail);
        }
        meter.report();
    }

    private static void fail(Throwable error) {
        error.printStackTrace();
        System.exit(1);
    }

    private Mono<?> one() {
        return switch (work.kind()) {
            case GET -> counted(kv.get(Data.entry(any(work.entries()))));
            case GET_ONE, GET_ALONE -> counted(kv.get(Data.entry(0)));
            case GET_MANY -> counted(kv.getMany(tenKeys()));
            case SET -> counted(set());
            case CHECKED_SET -> checkedSet();
            case TRANSFER -> transfer();
            case SUM ->
                counted(kv.atomic().sum(Data.counter(any(Work.COUNTERS)), 1).commit());
            case MIXED -> any(5) == 0 ? counted(set()) : counted(kv.get(Data.entry(any(work.entries()))));
            case PAGE -> counted(kv.list(selector().limit(100)).count());
            case LIST ->
                kv.list(selector().batchSize(BATCH))
                        .doOnNext(entry -> meter.count())
                        .count();
            default -> throw new IllegalArgumentException(work.kind().toString());
        };
    }

    private static KvSelector selector() {
        return KvSelector.prefix("bench");
    }

    private static int any(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    private List<KvKey> tenKeys() {
        return IntStream.range(0, 10)
                .mapToObj(i -> Data.entry(any(work.entries())))
                .toList();
    }

    private <T> Mono<T> counted(Mono<T> operation) {
        return operation.doOnSuccess(result -> meter.count());
    }

    private Mono<?> set() {
        int i = any(work.entries());
        return kv.set(Data.entry(i), Data.value(i, work.valueBytes()));
    }

    private Mono<?> checkedSet() {
        int i = any(work.entries());
        return kv.get(Data.entry(i))
                .flatMap(seen -> kv.atomic()
                        .check(seen)
                        .set(Data.entry(i), Data.value(i, work.valueBytes()))
                        .commit())
                .doOnNext(result -> meter.count(result.isCommitted() ? 1 : 0));
    }

    private Mono<?> transfer() {
        int from = any(Work.ACCOUNTS);
        int to = (from + 1 + any(Work.ACCOUNTS - 1)) % Work.ACCOUNTS;
        return kv.getMany(List.of(Data.account(from), Data.account(to)), Integer.class)
                .flatMap(seen -> kv.atomic()
                        .check(seen.get(0), seen.get(1))
                        .set(Data.account(from), balance(seen.get(0)) - 1)
                        .set(Data.account(to), balance(seen.get(1)) + 1)
                        .commit())
                .doOnNext(result -> meter.count(result.isCommitted() ? 1 : 0));
    }

    private static int balance(KvEntryMaybe<Integer> account) {
        Integer balance = account.value();
        return balance == null ? 0 : balance;
    }

    private void queue() throws InterruptedException {
        Map<Integer, Sinks.Empty<Void>> handled = new ConcurrentHashMap<>();
        kv.listenQueue(
                        KvType.of(Integer.class),
                        ListenOptions.builder().concurrency(work.inFlight()).build(),
                        message -> {
                            Integer number = message.value();
                            Sinks.Empty<Void> waiting = number == null ? null : handled.remove(number);
                            return waiting == null ? Mono.empty() : Mono.fromRunnable(waiting::tryEmitEmpty);
                        })
                .subscribe(done -> {}, KvPeer::fail);
        AtomicInteger numbers = new AtomicInteger();
        for (int i = 0; i < work.inFlight(); i++) {
            Mono.defer(() -> {
                        int number = numbers.incrementAndGet();
                        Sinks.Empty<Void> waiting = Sinks.empty();
                        handled.put(number, waiting);
                        return counted(kv.enqueue(number).then(waiting.asMono()));
                    })
                    .repeat(() -> !meter.isOver())
                    .subscribe(done -> {}, KvPeer::fail);
        }
        meter.report();
    }

    /** Reads every entry once; each takes its consumer several times as long as it takes the database. */
    private void slowList() {
        long cpu = Meter.cpu();
        long start = System.nanoTime();
        Long entries = kv.list(selector())
                .publishOn(Schedulers.parallel())
                .doOnNext(entry -> {
                    long until = System.nanoTime() + CONSUMER_NANOS;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                })
                .count()
                .block();
        if (entries == null || entries != work.entries()) {
            throw new IllegalStateException("found " + entries + " of " + work.entries());
        }
        Meter.print(entries, System.nanoTime() - start, Meter.cpu() - cpu);
    }

    /** The time from a commit until every watcher is told. */
    private void watch() throws InterruptedException {
        KvKey key = Data.entry(0);
        AtomicInteger told = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(Work.WATCHERS);
        Flux.range(0, Work.WATCHERS).subscribe(i -> {
            boolean[] isFirst = {true};
            kv.watch(key).subscribe(state -> {
                if (isFirst[0]) {
                    isFirst[0] = false;
                    begun.countDown();
                } else {
                    told.incrementAndGet();
                }
            });
        });
        begun.await();
        long nanos = 0;
        int rounds = 5;
        long cpu = Meter.cpu();
        for (int round = 0; round < rounds; round++) {
            told.set(0);
            long start = System.nanoTime();
            kv.set(key, Data.value(round, work.valueBytes())).block();
            while (told.get() < Work.WATCHERS) {
                Thread.onSpinWait();
            }
            nanos += System.nanoTime() - start;
        }
        Meter.print(rounds, nanos, Meter.cpu() - cpu);
    }
}
