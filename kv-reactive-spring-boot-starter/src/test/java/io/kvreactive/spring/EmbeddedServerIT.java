// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.kv;
import static io.kvreactive.spring.Contexts.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.server.KvConnectServer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import reactor.test.StepVerifier;

/** A KV Connect server within the application, and another application that is its client. */
class EmbeddedServerIT {

    private static final KvKey KEY = KvKey.of("a");
    private static final String TOKEN = "access-token-of-the-test";

    @TempDir
    Path folder;

    private ApplicationContextRunner runner() {
        return Contexts.runner().withPropertyValues("kv-reactive.url=" + folder.resolve("kv.sqlite"));
    }

    private ApplicationContextRunner server() {
        return runner().withPropertyValues(
                        "kv-reactive.server.enabled=true",
                        "kv-reactive.server.port=0",
                        "kv-reactive.server.access-token=" + TOKEN);
    }

    private static ApplicationContextRunner client(String url) {
        return Contexts.runner().withPropertyValues("kv-reactive.url=" + url, "kv-reactive.access-token=" + TOKEN);
    }

    @Test
    void itIsOffUnlessItIsSwitchedOn() {
        runner().run(context -> assertThat(context).hasSingleBean(Kv.class).doesNotHaveBean(ServerLifecycle.class));
        server().withClassLoader(new FilteredClassLoader(KvConnectServer.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Kv.class)
                        .doesNotHaveBean(ServerLifecycle.class));
    }

    @Test
    void whatTheApplicationWritesItsClientsReadAndTheOtherWayRound() {
        server().run(application -> {
            run(kv(application).set(KEY, "tea"));
            client(application.getBean(ServerLifecycle.class).url()).run(context -> {
                assertThat(run(kv(context).get(KEY)).value()).isEqualTo("tea");
                run(kv(context).set(KEY, "coffee"));
            });
            assertThat(run(kv(application).get(KEY)).value()).isEqualTo("coffee");
        });
    }

    @Test
    void whoMayOnlyReadCannotWrite() {
        server().withPropertyValues("kv-reactive.server.access=read-only").run(application -> {
            String url = application.getBean(ServerLifecycle.class).url();
            client(url).run(context -> StepVerifier.create(kv(context).get(KEY)).verifyComplete());
            // A refused write is tried again until its deadline.
            client(url)
                    .withPropertyValues("kv-reactive.opening=on-use", "kv-reactive.remote.deadline=1s")
                    .run(context -> StepVerifier.create(kv(context).set(KEY, 1)).verifyError(KvException.class));
        });
    }

    @Test
    void aCustomizerHasTheLastWord() {
        server().withBean(ServerOptionsCustomizer.class, () -> options -> options.host("localhost"))
                .run(application -> assertThat(
                                application.getBean(ServerLifecycle.class).url())
                        .startsWith("http://localhost:"));
    }

    @Test
    void itStopsBeforeItsDatabaseIsClosedAndAfterTheWebServer() {
        AtomicReference<String> url = new AtomicReference<>();
        server().run(application -> {
            ServerLifecycle lifecycle = application.getBean(ServerLifecycle.class);
            url.set(lifecycle.url());
            assertThat(lifecycle.getPhase())
                    .isGreaterThan(KvLifecycle.PHASE)
                    .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
        });
        client(url.get())
                .withPropertyValues("kv-reactive.opening=on-use", "kv-reactive.remote.deadline=300ms")
                .run(context -> StepVerifier.create(kv(context).get(KEY)).verifyError(KvException.class));
    }

    @Test
    void aDatabaseInMemoryIsNotServedAsIfItWereTheSame() {
        for (String memory : new String[] {"memory:", ":memory:"}) {
            server().withPropertyValues("kv-reactive.url=" + memory)
                    .run(context -> assertThat(context)
                            .getFailure()
                            .rootCause()
                            .hasMessageContaining("kv-reactive.server.url"));
        }
        server().withPropertyValues(
                        "kv-reactive.url=memory:", "kv-reactive.server.url=" + folder.resolve("other.sqlite"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void withoutATokenItDoesNotStartAndATokenIsNotShown() {
        server().withPropertyValues("kv-reactive.server.access-token=")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("kv-reactive.server.access-token"));
        server().withPropertyValues("kv-reactive.server.host=no.such.host.invalid")
                .run(context -> assertThat(Throwables.getStackTrace(context.getStartupFailure()))
                        .doesNotContain(TOKEN));
        server().run(context ->
                assertThat(context.getBean(KvServerProperties.class).toString()).doesNotContain(TOKEN));
    }

    @Test
    void whoHasNoTokenIsRefused() {
        server().run(application -> {
            Kv kv = Kv.create(
                    application.getBean(ServerLifecycle.class).url(),
                    KvOptions.builder().accessToken("not-the-token-of-the-test").build());
            StepVerifier.create(kv.get(KEY)).verifyError(KvException.class);
            run(kv.close());
        });
    }
}
