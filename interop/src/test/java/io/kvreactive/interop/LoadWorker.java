// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvU64;
import io.kvreactive.interop.Bank.Entry;
import io.kvreactive.remote.HttpOptions;
import io.kvreactive.remote.RemoteOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** What {@code deno/load.mjs} does, with our own client, over HTTP/1.1 and a connection for each loop. */
final class LoadWorker {

    private static final int MOST_AMOUNT = 20;
    private static final Duration AFTER_AN_ERROR = Duration.ofMillis(100);

    private final String name;
    private final Kv kv;
    private final Writer records;
    private final int connections;
    private final int accounts;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger transfers = new AtomicInteger();
    private final AtomicInteger conflicts = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final Map<String, Integer> errors = new ConcurrentHashMap<>();
    private volatile boolean isOver;

    private LoadWorker(String name, String url, Writer records, int connections, int accounts) {
        this.name = name;
        this.records = records;
        this.connections = connections;
        this.accounts = accounts;
        HttpOptions http = HttpOptions.builder()
                .version(HttpOptions.Version.HTTP_1_1)
                .connections(connections)
                .build();
        this.kv = Kv.create(
                url,
                KvOptions.builder()
                        .accessToken(ServerProgram.TOKEN)
                        .with(RemoteOptions.builder().http(http).build())
                        .build());
    }

    /** Arguments: the name of the process, the URL, the file for its records, and how many connections and accounts there are. */
    public static void main(String[] arguments) throws IOException {
        try (Writer records = Files.newBufferedWriter(Path.of(arguments[2]))) {
            new LoadWorker(
                            arguments[0],
                            arguments[1],
                            records,
                            Integer.parseInt(arguments[3]),
                            Integer.parseInt(arguments[4]))
                    .run();
        }
    }

    private void run() throws IOException {
        Hooks.onErrorDropped(this::failed);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        kv.ready().block();
        report(Map.of("ready", true));
        lines.readLine();
        SplittableRandom seeds = new SplittableRandom(name.hashCode());
        Mono<Void> all = Flux.range(0, connections)
                .flatMap(i -> loop(seeds.split()), connections)
                .then()
                .cache();
        all.subscribe();
        lines.readLine();
        isOver = true;
        all.block();
        kv.close().block();
        report(Map.of(
                "transfers",
                transfers.get(),
                "conflicts",
                conflicts.get(),
                "unknown",
                unknown.get(),
                "errors",
                new TreeMap<>(errors)));
    }

    private Mono<Void> loop(SplittableRandom random) {
        return Mono.defer(() -> transfer(random))
                .onErrorResume(error -> {
                    unknown.incrementAndGet();
                    failed(error);
                    return Mono.delay(AFTER_AN_ERROR).then();
                })
                .repeat(() -> !isOver)
                .then();
    }

    private Mono<Void> transfer(SplittableRandom random) {
        int n = next.getAndIncrement();
        int from = random.nextInt(accounts);
        int to = (from + random.nextInt(1, accounts)) % accounts;
        int amount = random.nextInt(1, MOST_AMOUNT + 1);
        return kv.getMany(List.of(Bank.account(from), Bank.account(to)))
                .flatMap(seen -> {
                    Entry entry =
                            new Entry(from, to, amount, balance(seen.get(0)) - amount, balance(seen.get(1)) + amount);
                    return kv.atomic()
                            .check(seen.get(0), seen.get(1))
                            .set(Bank.account(from), KvU64.of(entry.fromAfter()))
                            .set(Bank.account(to), KvU64.of(entry.toAfter()))
                            .set(KvKey.of("ledger", name, n), entry.value())
                            .sum(Bank.TRANSFERS, 1)
                            .commit();
                })
                .doOnNext(result -> told(n, result))
                .then();
    }

    private static int balance(KvEntryMaybe<Object> account) {
        return Math.toIntExact(((KvU64) account.value()).longValueExact());
    }

    private void told(int n, CommitResult result) {
        if (result instanceof CommitResult.Committed committed) {
            transfers.incrementAndGet();
            record("transfer " + n + " " + committed.versionstamp());
        } else {
            conflicts.incrementAndGet();
        }
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
        errors.merge(error.getClass().getSimpleName(), 1, Integer::sum);
    }

    private static void report(Map<String, Object> report) {
        System.out.println(JsonMapper.builder().build().writeValueAsString(report));
    }
}
