// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvU64;
import io.kvreactive.sqlite.SqliteOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Flux;

/** The data that all peers work on, in Deno's own schema: entries of a few fields, accounts, counters. */
final class Data {

    private static final int PER_COMMIT = 500;

    private Data() {}

    static KvKey entry(int i) {
        return KvKey.of("bench", i);
    }

    static KvKey account(int i) {
        return KvKey.of("account", i);
    }

    static KvKey counter(int i) {
        return KvKey.of("counter", i);
    }

    /** A record such as applications store; the smallest is of about 100 bytes. */
    static Map<String, Object> value(int i, int bytes) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("id", i);
        value.put("name", "entry number " + i);
        value.put("price", i * 0.25 + 0.125);
        value.put("active", i % 2 == 0);
        value.put("text", "x".repeat(Math.max(0, bytes - 70)));
        return value;
    }

    /** Writes a file, unless it is there. */
    static void prepare(Path file, int entries, int valueBytes) {
        if (Files.exists(file)) {
            return;
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        KvOptions options = KvOptions.builder()
                .with(SqliteOptions.builder()
                        .synchronous(SqliteOptions.Synchronous.NORMAL)
                        .build())
                .build();
        Kv kv = Kv.create("sqlite:" + unfinished, options);
        int perCommit = Math.max(1, Math.min(PER_COMMIT, 300_000 / (valueBytes + 50)));
        Flux.range(0, (entries + perCommit - 1) / perCommit)
                .flatMap(
                        part -> {
                            var commit = kv.atomic();
                            for (int i = part * perCommit; i < Math.min(entries, (part + 1) * perCommit); i++) {
                                commit = commit.set(entry(i), value(i, valueBytes));
                            }
                            return commit.commitOrThrow();
                        },
                        4)
                .thenMany(Flux.range(0, Work.ACCOUNTS / PER_COMMIT).flatMap(part -> {
                    var commit = kv.atomic();
                    for (int i = part * PER_COMMIT; i < (part + 1) * PER_COMMIT; i++) {
                        commit = commit.set(account(i), 1_000);
                    }
                    return commit.commitOrThrow();
                }))
                .thenMany(Flux.range(0, Work.COUNTERS).flatMap(i -> kv.set(counter(i), KvU64.ZERO)))
                .then(kv.close())
                .block();
        unfinished.toFile().renameTo(file.toFile());
    }

    /**
     * Prepares files by hand.
     *
     * @param args the file, the number of entries, the size of a value in bytes
     */
    public static void main(String[] args) {
        prepare(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    }
}
