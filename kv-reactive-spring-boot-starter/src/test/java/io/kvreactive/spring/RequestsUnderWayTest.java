// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvKey;
import io.kvreactive.spring.KvProperties.Opening;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerRequest;
import reactor.test.StepVerifier;

class RequestsUnderWayTest {

    private static final KvKey KEY = KvKey.of("a");

    private static ReactiveWebApplicationContextRunner runner() {
        return new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(KvAutoConfiguration.class))
                .withPropertyValues("kv-reactive.url=memory:");
    }

    @Test
    void theyAreCountedWhereTheyAreServedWithWebFluxAndToBeWaitedFor() {
        runner().run(context -> assertThat(context).hasSingleBean(RequestsUnderWay.class));
        runner().withPropertyValues("server.shutdown=immediate")
                .run(context -> assertThat(context).hasSingleBean(Kv.class).doesNotHaveBean(RequestsUnderWay.class));
        Contexts.runner().run(context -> assertThat(context).doesNotHaveBean(RequestsUnderWay.class));
    }

    @Test
    void anotherServerThanReactorNettyIsLeftToItself() {
        runner().withClassLoader(new FilteredClassLoader(HttpServerRequest.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Kv.class)
                        .doesNotHaveBean(RequestsUnderWay.class));
    }

    @Test
    void whoNeverEndsIsWaitedForNoLongerThanTheGrace() {
        Kv[] kv = new Kv[1];
        runner().withPropertyValues("kv-reactive.close-grace=10ms").run(context -> {
            kv[0] = context.getBean(Kv.class);
            context.getBean(RequestsUnderWay.class)
                    .filter(exchange(), e -> Mono.never())
                    .subscribe();
        });
        StepVerifier.create(kv[0].get(KEY)).verifyError(KvClosedException.class);
    }

    @Test
    void noDatabaseIsClosedBeforeTheLastRequestHasBeenServedAndNoMoreAreTaken() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        Kv kv = Kv.create("memory:");
        beans.registerSingleton("kv", kv);
        RequestsUnderWay requests = new RequestsUnderWay();
        KvLifecycle lifecycle = new KvLifecycle(beans, Opening.AT_START, requests.end());
        lifecycle.start();
        Sinks.Empty<Void> served = Sinks.empty();
        MockServerWebExchange first = exchange();
        StepVerifier.create(requests.filter(first, e -> served.asMono()))
                .then(() -> requests.onApplicationEvent(new ContextClosedEvent(new StaticApplicationContext())))
                .then(() -> {
                    MockServerWebExchange second = exchange();
                    StepVerifier.create(requests.filter(second, e -> Mono.empty()))
                            .verifyComplete();
                    assertThat(second.getResponse().getHeaders().getConnection())
                            .containsExactly("close");
                })
                .then(() -> lifecycle.stop(() -> {}))
                .then(() ->
                        StepVerifier.create(kv.set(KEY, 1)).expectNextCount(1).verifyComplete())
                .then(() -> {
                    // A mock has no connection to cut, and says so; what matters is that nothing is served.
                    AtomicInteger late = new AtomicInteger();
                    requests.filter(exchange(), e -> Mono.fromRunnable(late::incrementAndGet))
                            .subscribe(done -> {}, error -> {});
                    assertThat(late).hasValue(0);
                })
                .then(served::tryEmitEmpty)
                .verifyComplete();
        StepVerifier.create(kv.get(KEY)).verifyError(KvClosedException.class);
    }

    private static MockServerWebExchange exchange() {
        return MockServerWebExchange.from(MockServerHttpRequest.get("/"));
    }
}
