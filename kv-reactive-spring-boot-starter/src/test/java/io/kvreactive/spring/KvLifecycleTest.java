// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvKey;
import io.kvreactive.spring.KvProperties.Opening;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class KvLifecycleTest {

    private static final KvKey KEY = KvKey.of("a");

    @Test
    void databasesAreOpenedBeforeTheWebServerStartsAndClosedAfterItHasStopped() {
        assertThat(KvLifecycle.PHASE)
                .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
                .isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
    }

    @Test
    void stopTellsWhenEveryDatabaseIsClosed() throws InterruptedException {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        Kv one = Kv.create("memory:");
        Kv two = Kv.create("memory:");
        beans.registerSingleton("one", one);
        beans.registerSingleton("two", two);
        KvLifecycle lifecycle = new KvLifecycle(beans, Opening.AT_START, Mono.empty());
        lifecycle.start();
        assertThat(lifecycle.isRunning()).isTrue();

        AtomicInteger called = new AtomicInteger();
        CountDownLatch told = new CountDownLatch(1);
        lifecycle.stop(() -> {
            called.incrementAndGet();
            told.countDown();
        });
        StepVerifier.create(one.get(KEY)).verifyError(KvClosedException.class);
        StepVerifier.create(two.get(KEY)).verifyError(KvClosedException.class);
        assertThat(lifecycle.isRunning()).isFalse();
        StepVerifier.create(one.close().then(two.close())).verifyComplete();
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(called).hasValue(1);
    }

    @Test
    void aLazyDatabaseThatNobodyUsesIsNeitherMadeNorOpened() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        AtomicInteger made = new AtomicInteger();
        RootBeanDefinition lazy = new RootBeanDefinition(Kv.class, () -> {
            made.incrementAndGet();
            return Kv.create("memory:");
        });
        lazy.setLazyInit(true);
        beans.registerBeanDefinition("lazy", lazy);
        KvLifecycle lifecycle = new KvLifecycle(beans, Opening.AT_START, Mono.empty());
        lifecycle.start();
        lifecycle.stop(() -> {});
        assertThat(made).hasValue(0);
    }

    @Test
    void aContextThatIsPausedKeepsItsDatabases() {
        Contexts.runner().run(context -> {
            ConfigurableApplicationContext pausing =
                    context.getSourceApplicationContext(ConfigurableApplicationContext.class);
            Contexts.run(Contexts.kv(context).set(KEY, 1));
            pausing.pause();
            pausing.restart();
            assertThat(Contexts.run(Contexts.kv(context).get(KEY)).value()).isEqualTo(1);
        });
    }
}
