// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/watch.md} shows is what is compiled here, and does what the page says. */
class WatchingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final KvKey TEA = KvKey.of("prices", "tea");

    @TempDir
    Path folder;

    private Kv kv;

    @BeforeEach
    void open() {
        kv = Kv.create(folder.resolve("kv.sqlite").toString());
    }

    @AfterEach
    void close() {
        kv.close().block();
    }

    @Test
    void everyProgramOfThePageIsCompiledHere() throws IOException {
        String source = Page.source(Watching.class);
        assertThat(Page.blocks("docs/watch.md", "java"))
                .hasSize(3)
                .allSatisfy(block -> assertThat(source).contains(block));
    }

    @Test
    void thePriceIsTheOneOfNowAndThenEachNewOneUntilTheDatabaseIsClosed() {
        kv.set(TEA, 3).block();
        StepVerifier.create(Watching.price(kv))
                .expectNext(3)
                .then(() -> kv.set(TEA, 4).block())
                .expectNext(4)
                .then(() -> kv.delete(TEA).then(kv.set(TEA, 5)).block())
                .expectNext(5)
                .then(() -> kv.close().block())
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void theScreenShowsAllAndThenWhatHasChanged() {
        KvKey one = KvKey.of("orders", 1);
        KvKey two = KvKey.of("orders", 2);
        kv.set(one, "tea").block();
        StepVerifier.create(Watching.screen(kv, List.of(one, two)))
                .expectNext("[\"orders\", 1]: tea", "[\"orders\", 2] is gone")
                .then(() -> kv.set(two, "cake").block())
                .expectNext("[\"orders\", 2]: cake")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void theMirrorIsWhatTheDatabaseHasThoughAnotherWrites() {
        Kv other = Kv.create(folder.resolve("kv.sqlite").toString());
        KvKey last = KvKey.of("orders", 9);
        kv.set(KvKey.of("orders", 1), "tea")
                .then(kv.set(KvKey.of("orders", 2), "cake"))
                .block();
        Map<KvKey, Object> copy = new ConcurrentHashMap<>();
        Mono<Void> mirroring = Watching.mirror(kv, copy).cache();
        mirroring.subscribe();
        other.delete(KvKey.of("orders", 1)).then(other.set(last, "last")).block();
        assertThat(Mono.fromSupplier(() -> copy)
                        .repeatWhen(seen -> seen.delayElements(Duration.ofMillis(10)))
                        .filter(seen -> seen.equals(Map.of(KvKey.of("orders", 2), "cake", last, "last")))
                        .blockFirst(PATIENCE))
                .isNotNull();
        other.close().then(kv.close()).then(mirroring).block(PATIENCE);
    }
}
