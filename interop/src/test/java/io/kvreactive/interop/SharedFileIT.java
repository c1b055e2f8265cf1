// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** One file under Java and under Deno at the same time: both count in it, by check and set, and by sum. */
class SharedFileIT {

    private static final int COMMITS = 300;
    private static final int AT_ONCE = 3;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    private static final KvKey COUNTER = KvKey.of("shared", "counter");
    private static final KvKey TOTAL = KvKey.of("shared", "total");

    @TempDir
    Path folder;

    private final AtomicInteger conflicts = new AtomicInteger();

    @Test
    void nothingIsLostWhenJavaAndDenoCountInOneFileAtTheSameTime() throws Exception {
        Path file = folder.resolve("shared.sqlite");
        Kv kv = Kv.create("sqlite:" + file);
        kv.ready().block();
        JsonNode denoCounts;
        JsonNode denoView;
        List<Integer> byJava;
        List<Integer> byDeno;
        try (Deno deno = Deno.start("share.mjs", file, COMMITS)) {
            assertThat(deno.next().get("ready").asBoolean()).isTrue();
            deno.goOn();
            // An error of Java, such as a lock that was not waited for, ends the test here.
            Flux.range(0, COMMITS)
                    .flatMap(i -> increment(kv, i).delayElement(PAUSE), AT_ONCE)
                    .blockLast(TIMEOUT);
            denoCounts = deno.next();

            assertThat(kv.get(COUNTER).block().value()).isEqualTo(2 * COMMITS);
            assertThat(kv.get(TOTAL).block().value()).isEqualTo(KvU64.of(2 * COMMITS));
            byJava = own(kv, "java");
            byDeno = own(kv, "deno");
            deno.goOn();
            denoView = deno.next();
            assertThat(deno.exitCode()).as(deno.errorText()).isZero();
        }
        kv.close().block();

        List<Integer> all = new ArrayList<>(byJava);
        all.addAll(byDeno);
        assertThat(byJava).hasSize(COMMITS);
        assertThat(byDeno).hasSize(COMMITS);
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 2 * COMMITS).boxed().toList());
        assertThat(denoView.get("counter").asInt()).isEqualTo(2 * COMMITS);
        assertThat(denoView.get("total").asString()).isEqualTo("" + 2 * COMMITS);
        assertThat(numbers(denoView.get("java"))).isEqualTo(byJava);
        assertThat(numbers(denoView.get("deno"))).isEqualTo(byDeno);
        int turns = turns(byJava);
        Summary.print(
                "shared",
                "one file at once: Java %d commits (%d conflicts tried again, 0 errors), Deno %d commits (%d conflicts and %d \"database is locked\" tried again); %d changes of the writer; counter and sum %d in both views, %d own entries, 0 lost"
                        .formatted(
                                byJava.size(),
                                conflicts.get(),
                                byDeno.size(),
                                denoCounts.get("conflicts").asInt(),
                                denoCounts.get("locked").asInt(),
                                turns,
                                denoView.get("counter").asInt(),
                                all.size()));
        assertThat(turns)
                .as("changes of the writer, so that both did write at the same time")
                .isGreaterThan(10);
    }

    private Mono<CommitResult> increment(Kv kv, int i) {
        return Mono.defer(() -> kv.getMany(List.of(COUNTER)).flatMap(seen -> commit(kv, seen.get(0), i)))
                .filter(CommitResult::isCommitted)
                .repeatWhenEmpty(again -> again.doOnNext(n -> conflicts.incrementAndGet()));
    }

    private static Mono<CommitResult> commit(Kv kv, KvEntryMaybe<Object> seen, int i) {
        int next = seen.isPresent() ? (Integer) seen.value() + 1 : 1;
        return kv.atomic()
                .check(seen)
                .set(COUNTER, next)
                .set(KvKey.of("own", "java", i), next)
                .sum(TOTAL, 1)
                .commit();
    }

    /** What one side counted to in each of its commits. */
    private static List<Integer> own(Kv kv, String side) {
        return kv.list(KvSelector.prefix("own", side))
                .map(e -> (Integer) e.value())
                .collectList()
                .block();
    }

    private static List<Integer> numbers(JsonNode array) {
        List<Integer> numbers = new ArrayList<>();
        array.forEach(n -> numbers.add(n.asInt()));
        return numbers;
    }

    private static int turns(List<Integer> byJava) {
        return (int) IntStream.range(1, 2 * COMMITS)
                .filter(n -> byJava.contains(n) != byJava.contains(n + 1))
                .count();
    }
}
