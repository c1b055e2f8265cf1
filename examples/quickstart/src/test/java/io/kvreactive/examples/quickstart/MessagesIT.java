// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;

/** What {@code docs/queues.md} shows is what is compiled here, and does what the page says. */
class MessagesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
        String source = Page.source(Messages.class);
        assertThat(Page.blocks("docs/queues.md", "java"))
                .hasSize(4)
                .allSatisfy(block -> assertThat(source).contains(block));
    }

    @Test
    void ordersAreShippedAndRemembered() {
        Sinks.Many<Integer> shipped = Sinks.many().unicast().onBackpressureBuffer();
        Disposable shipping = Messages.ship(
                        kv,
                        number -> Mono.fromRunnable(
                                () -> shipped.emitNext(number, EmitFailureHandler.busyLooping(PATIENCE))))
                .subscribe();
        Messages.order(kv, 1, "tea").then(Messages.order(kv, 2, "cake")).block();
        assertThat(shipped.asFlux().take(2).collectList().block(PATIENCE)).containsExactlyInAnyOrder(1, 2);
        assertThat(until(kv.queue().counts().filter(counts -> counts.total() == 0)))
                .isNotNull();
        assertThat(kv.count(KvSelector.prefix("shipped")).block()).isEqualTo(2);
        shipping.dispose();
    }

    @Test
    void whatCannotBeShippedIsADeadLetterThatCanBePutBack() {
        Messages.order(kv, 7, "tea").block();
        kv.queue()
                .peek(1)
                .doOnNext(message -> assertThat(message.retriesLeft()).isEqualTo(2))
                .blockLast();
        Disposable failing = Messages.ship(kv, number -> Mono.error(new IllegalStateException("no courier")))
                .subscribe();
        assertThat(until(dead().filter(letters -> !letters.isEmpty()))).containsExactly(7);
        failing.dispose();
        assertThat(Messages.again(kv).block()).isEqualTo(1);
        assertThat(dead().block()).isEmpty();
        assertThat(Messages.labels(kv, number -> Mono.just(number * 10)).blockFirst(PATIENCE))
                .isEqualTo(70);
    }

    private Mono<List<Integer>> dead() {
        return kv.queue()
                .deadLetters(KvKey.of("unshipped"), KvType.of(Integer.class))
                .mapNotNull(KvEntry::value)
                .collectList();
    }

    private static <T> T until(Mono<T> mono) {
        return mono.repeatWhenEmpty(Integer.MAX_VALUE, empty -> empty.delayElements(Duration.ofMillis(10)))
                .block(PATIENCE);
    }
}
