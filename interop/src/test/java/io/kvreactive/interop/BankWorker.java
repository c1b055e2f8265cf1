// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvConflictException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.interop.Bank.Entry;
import io.kvreactive.interop.Bank.Transfer;
import io.kvreactive.spi.KvObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of the Java processes on the bank's file: transfers by {@code transact} and by check and commit, sums, audits and messages, all at once,
 * from the first line on standard input to the second. What was acknowledged is recorded in a file of its own, line by line, and no sooner. It
 * handles messages until the third line.
 */
final class BankWorker {

    private static final int LOOPS_OF_EACH_KIND = 2;
    private static final int MOST_AMOUNT = 20;
    private static final Duration BETWEEN_AUDITS = Duration.ofMillis(20);
    // Where Java never pauses, Deno, which does not wait for locks, hardly has a turn.

    private final String name;
    private final Kv kv;
    private final Writer records;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger transacted = new AtomicInteger();
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicInteger sums = new AtomicInteger();
    private final AtomicInteger audits = new AtomicInteger();
    private final AtomicInteger conflicts = new AtomicInteger();
    private final AtomicLong longestMillis = new AtomicLong();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final BankMessages messages;
    private volatile boolean isOver;

    private BankWorker(String name, Path file, Writer records) {
        this.name = name;
        this.records = records;
        KvObserver observer = new KvObserver() {
            @Override
            public void transactionRetried(int attempt, KvConflictException conflict) {
                conflicts.incrementAndGet();
            }
        };
        // Nothing but the defaults, so that locks are waited for no longer than a user would.
        this.kv = Kv.create(
                "sqlite:" + file, KvOptions.builder().observer(observer).build());
        this.messages = new BankMessages(kv, name, this::record);
    }

    /** Arguments: the name of the process, the file, and the file for its records. */
    public static void main(String[] arguments) throws IOException {
        try (Writer records = Files.newBufferedWriter(Path.of(arguments[2]))) {
            new BankWorker(arguments[0], Path.of(arguments[1]), records).run();
        }
    }

    private void run() throws IOException {
        Hooks.onErrorDropped(this::failed);
        kv.ready().block();
        report(Map.of("ready", true));
        awaitLine();
        SplittableRandom random = new SplittableRandom(name.hashCode());
        Flux<Void> loops = Flux.range(0, LOOPS_OF_EACH_KIND)
                .flatMap(i -> Flux.merge(
                        loop(transfers(random.split(), this::transact)),
                        loop(transfers(random.split(), this::checkAndCommit))));
        messages.listen().subscribe(done -> {}, this::failed);
        Mono<Void> all = Flux.merge(loops, loop(sums(random.split())), loop(this::audit), loop(messages::enqueue))
                .then()
                .cache();
        all.subscribe();
        awaitLine();
        isOver = true;
        all.block();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("transacted", transacted.get());
        report.put("committed", committed.get());
        report.put("sums", sums.get());
        report.put("messages", messages.enqueued());
        report.put("audits", audits.get());
        report.put("conflicts", conflicts.get());
        report.put("longestMillis", longestMillis.get());
        report.put("errors", List.copyOf(errors));
        report(report);
        awaitLine();
        kv.close().block();
        report(Map.of("handled", messages.handled(), "slow", messages.slow(), "errors", List.copyOf(errors)));
    }

    private Mono<Void> loop(Supplier<Mono<Void>> operation) {
        return Mono.defer(operation)
                .onErrorResume(error -> {
                    failed(error);
                    return Mono.empty();
                })
                .repeat(() -> !isOver)
                .then();
    }

    private Supplier<Mono<Void>> transfers(SplittableRandom random, Function<Transfer, Mono<Void>> make) {
        return () -> {
            int from = random.nextInt(Bank.ACCOUNTS);
            int to = (from + random.nextInt(1, Bank.ACCOUNTS)) % Bank.ACCOUNTS;
            Transfer transfer = new Transfer(next.getAndIncrement(), from, to, random.nextInt(1, MOST_AMOUNT + 1));
            return acknowledged("transfer " + transfer.n(), make.apply(transfer));
        };
    }

    private Mono<Void> transact(Transfer transfer) {
        return kv.<Entry>transact(tx -> tx.get(Bank.account(transfer.from()))
                        .zipWith(tx.get(Bank.account(transfer.to())), (from, to) -> Entry.of(transfer, from, to))
                        .map(entry -> tx.set(Bank.account(entry.from()), entry.fromAfter())
                                .set(Bank.account(entry.to()), entry.toAfter())
                                .set(Bank.ledger(name, transfer.n()), entry.value())
                                .sum(Bank.TRANSFERS, 1)
                                .result(entry)))
                // With four processes at it, a few among thousands do not get through by default.
                .retryWhen(Retry.indefinitely().filter(KvConflictException.class::isInstance))
                .doOnNext(entry -> transacted.incrementAndGet())
                .then();
    }

    private Mono<Void> checkAndCommit(Transfer transfer) {
        return kv.getMany(List.of(Bank.account(transfer.from()), Bank.account(transfer.to())))
                .flatMap(seen -> {
                    Entry entry = Entry.of(transfer, seen.get(0), seen.get(1));
                    return kv.atomic()
                            .check(seen.get(0), seen.get(1))
                            .set(Bank.account(entry.from()), entry.fromAfter())
                            .set(Bank.account(entry.to()), entry.toAfter())
                            .set(Bank.ledger(name, transfer.n()), entry.value())
                            .sum(Bank.TRANSFERS, 1)
                            .commit();
                })
                .filter(CommitResult::isCommitted)
                .repeatWhenEmpty(again -> again.doOnNext(n -> conflicts.incrementAndGet()))
                .doOnNext(result -> committed.incrementAndGet())
                .then();
    }

    private Supplier<Mono<Void>> sums(SplittableRandom random) {
        return () -> {
            int counter = random.nextInt(Bank.COUNTERS);
            int addend = random.nextInt(1, 10);
            return acknowledged(
                    "sum " + counter + " " + addend,
                    kv.atomic()
                            .sum(Bank.counter(counter), addend)
                            .commitOrThrow()
                            .doOnNext(version -> sums.incrementAndGet())
                            .then());
        };
    }

    /** Ten keys are one snapshot, so their total holds at any time. */
    private Mono<Void> audit() {
        return kv.getMany(Bank.ACCOUNT_KEYS)
                .doOnNext(seen -> {
                    int total = seen.stream().mapToInt(Bank::balance).sum();
                    audits.incrementAndGet();
                    if (total != Bank.TOTAL) {
                        errors.add("a snapshot has the total " + total);
                    }
                })
                .delayElement(BETWEEN_AUDITS)
                .then();
    }

    /** Records a write after its acknowledgement, or that nobody knows what became of it. */
    private Mono<Void> acknowledged(String what, Mono<Void> write) {
        return Mono.defer(() -> {
            long start = System.nanoTime();
            return write.doOnSuccess(none -> {
                        long millis =
                                Duration.ofNanos(System.nanoTime() - start).toMillis();
                        longestMillis.accumulateAndGet(millis, Math::max);
                        record(what);
                    })
                    .doOnError(KvOutcomeUnknownException.class, error -> record("unknown " + what))
                    .then();
        });
    }

    private synchronized void record(String line) {
        try {
            records.write(line + "\n");
            records.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void failed(Throwable error) {
        errors.add(error.toString());
    }

    private static void report(Map<String, Object> report) {
        System.out.println(JsonMapper.builder().build().writeValueAsString(report));
    }

    /** Waits for the test; its end counts too, so that nothing is left behind. */
    private static void awaitLine() throws IOException {
        int read;
        do {
            read = System.in.read();
        } while (read != '\n' && read != -1);
    }
}
