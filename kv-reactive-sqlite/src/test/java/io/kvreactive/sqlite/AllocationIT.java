// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/**
 * How much an operation allocates, on all threads together, by the count of the JVM, which is exact. The bounds leave room for a JVM that
 * compiles otherwise; what a change of the design adds, such as a hop, a transaction or a stream for each operation, is beyond them.
 */
class AllocationIT {

    private static final int ENTRIES = 1_000;
    private static final int AT_A_TIME = 64;
    private static final int ROUNDS = 30;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    private Kv kv;

    @BeforeEach
    void fill() {
        // Whether a commit waits for the disk is nothing to the heap.
        kv = Kv.create(
                folder.resolve("kv.sqlite").toString(),
                KvOptions.builder()
                        .with(SqliteOptions.builder()
                                .synchronous(SqliteOptions.Synchronous.NORMAL)
                                .build())
                        .build());
        Flux.range(0, ENTRIES)
                .flatMap(i -> kv.set(KvKey.of("e", i), "a value of about thirty bytes"), AT_A_TIME)
                .blockLast();
    }

    @AfterEach
    void close() {
        kv.close().block();
    }

    /** What one of so many operations allocates, in the leanest of many rounds: by then all is compiled, and nobody else does anything. */
    private static long each(String what, int operations, Flux<?> work) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            Map<Long, Long> before = allocated();
            assertThat(work.count().block()).isEqualTo(operations);
            long grown = allocated().entrySet().stream()
                    .mapToLong(now -> now.getValue() - before.getOrDefault(now.getKey(), 0L))
                    .sum();
            least = Math.min(least, grown);
        }
        long each = least / operations;
        System.out.println("allocation: " + what + ": " + each + " bytes each");
        return each;
    }

    /** By thread, since one that ends takes its count with it. */
    private static Map<Long, Long> allocated() {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, Long> each = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0) {
                each.put(ids[i], bytes[i]);
            }
        }
        return each;
    }

    @Test
    void aGetAmongManyCostsLittle() {
        Flux<?> gets = Flux.range(0, ENTRIES).flatMap(i -> kv.get(KvKey.of("e", i)), AT_A_TIME);
        assertThat(each("get, 64 at a time", ENTRIES, gets)).isBetween(100L, 3_300L);
    }

    @Test
    void aGetAloneCostsLittleMore() {
        Flux<?> gets = Flux.range(0, ENTRIES).concatMap(i -> kv.get(KvKey.of("e", i)), 0);
        assertThat(each("get, one at a time", ENTRIES, gets)).isBetween(100L, 8_000L);
    }

    @Test
    void anEntryOfAListingCostsItsObjectsAndLittleMore() {
        Flux<?> entries = kv.list(KvSelector.prefix("e"));
        assertThat(each("listed entry", ENTRIES, entries)).isBetween(100L, 1_800L);
    }

    @Test
    void aSetAmongManyCostsLittle() {
        Flux<?> sets = Flux.range(0, ENTRIES).flatMap(i -> kv.set(KvKey.of("e", i), "another"), AT_A_TIME);
        assertThat(each("set, 64 at a time", ENTRIES, sets)).isBetween(100L, 8_000L);
    }
}
