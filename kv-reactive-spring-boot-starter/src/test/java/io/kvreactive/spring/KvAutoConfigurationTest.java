// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.kv;
import static io.kvreactive.spring.Contexts.options;
import static io.kvreactive.spring.Contexts.run;
import static io.kvreactive.spring.Contexts.runner;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.remote.HttpOptions;
import io.kvreactive.remote.RemoteOptions;
import io.kvreactive.remote.WriteRetry;
import io.kvreactive.spi.BackendOptions;
import io.kvreactive.sqlite.SqliteOptions;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.test.StepVerifier;

/** One switch of the auto-configuration in each test. */
@ExtendWith(OutputCaptureExtension.class)
class KvAutoConfigurationTest {

    private static final KvKey KEY = KvKey.of("a");

    @Test
    void aUrlMakesADatabase() {
        runner().run(context -> {
            run(kv(context).set(KEY, "tea"));
            assertThat(run(kv(context).get(KEY)).value()).isEqualTo("tea");
        });
    }

    @Test
    void withoutAUrlItIsAFileInTheWorkingDirectoryAndTheLogSaysSo(CapturedOutput output) {
        runner().withPropertyValues("kv-reactive.url=", "kv-reactive.opening=on-use")
                .run(context -> assertThat(context).hasFailed());
        runnerWithoutUrl().withPropertyValues("kv-reactive.opening=on-use").run(context -> {
            assertThat(context).hasSingleBean(Kv.class);
            assertThat(output)
                    .contains("the database is the embedded file "
                            + Path.of("kv.sqlite").toAbsolutePath());
        });
    }

    private static ApplicationContextRunner runnerWithoutUrl() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(KvAutoConfiguration.class))
                .withUserConfiguration(Contexts.Recording.class);
    }

    @Test
    void itCanBeSwitchedOff() {
        runner().withPropertyValues("kv-reactive.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(Kv.class).doesNotHaveBean(KvFactory.class));
    }

    @Test
    void aKvOfTheApplicationsOwnIsUsedInstead() {
        runner().withUserConfiguration(OwnKv.class).run(context -> {
            assertThat(context).hasSingleBean(Kv.class);
            assertThat(context.getBeanNamesForType(Kv.class)).containsExactly("mine");
            assertThat(options(context, "mine")).isNotNull();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnKv {
        @Bean
        Kv mine(KvFactory factory) {
            return factory.create("mine", "memory:");
        }
    }

    @Test
    void generalPropertiesReachTheOptions() {
        runner().withPropertyValues(
                        "kv-reactive.access-token=t0ken-of-the-test",
                        "kv-reactive.deadline=7s",
                        "kv-reactive.close-grace=3s",
                        "kv-reactive.transact-attempts=9")
                .run(context -> {
                    KvOptions options = options(context, "kv");
                    assertThat(options.accessToken()).isEqualTo("t0ken-of-the-test");
                    assertThat(options.deadline()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(options.closeGrace()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(options.transactAttempts()).isEqualTo(9);
                    assertThat(context.getBean(KvProperties.class).toString()).doesNotContain("t0ken");
                });
    }

    @Test
    void sqlitePropertiesReachTheOptions() {
        runner().withPropertyValues(
                        "kv-reactive.sqlite.access=read-only",
                        "kv-reactive.sqlite.synchronous=normal",
                        "kv-reactive.sqlite.newer-format=write",
                        "kv-reactive.sqlite.readers=5",
                        "kv-reactive.sqlite.lock-wait-timeout=1s",
                        "kv-reactive.sqlite.cache-size=1MB",
                        "kv-reactive.sqlite.backlog-size=2MB",
                        "kv-reactive.sqlite.poll-interval=20ms")
                .run(context -> assertThat(accessors(options(context, "kv"), SqliteOptions.class))
                        .isEqualTo(accessors(SqliteOptions.builder()
                                .access(SqliteOptions.Access.READ_ONLY)
                                .synchronous(SqliteOptions.Synchronous.NORMAL)
                                .newerFormat(SqliteOptions.NewerFormat.WRITE)
                                .readers(5)
                                .lockWaitTimeout(Duration.ofSeconds(1))
                                .cacheBytes(1 << 20)
                                .backlogBytes(2 << 20)
                                .pollInterval(Duration.ofMillis(20))
                                .build())));
    }

    @Test
    void remotePropertiesReachTheOptions() {
        runner().withPropertyValues(
                        "kv-reactive.remote.deadline=9s",
                        "kv-reactive.remote.first-backoff=10ms",
                        "kv-reactive.remote.longest-backoff=20ms",
                        "kv-reactive.remote.jitter=0.25",
                        "kv-reactive.remote.max-attempts=4",
                        "kv-reactive.remote.write-retry=" + WriteRetry.values()[WriteRetry.values().length - 1],
                        "kv-reactive.remote.watch-silence=8s",
                        "kv-reactive.remote.redirect-hosts=one.example,two.example",
                        "kv-reactive.remote.http.connect-timeout=1s",
                        "kv-reactive.remote.http.response-timeout=2s",
                        "kv-reactive.remote.http.version=http-2",
                        "kv-reactive.remote.http.compression=gzip",
                        "kv-reactive.remote.http.connections=3",
                        "kv-reactive.remote.http.idle-time=4s",
                        "kv-reactive.remote.http.proxy=http://user:pa55word@proxy.example:3128")
                .run(context -> {
                    RemoteOptions options =
                            options(context, "kv").find(RemoteOptions.class).orElseThrow();
                    HttpOptions http = HttpOptions.builder()
                            .connectTimeout(Duration.ofSeconds(1))
                            .responseTimeout(Duration.ofSeconds(2))
                            .version(HttpOptions.Version.HTTP_2)
                            .compression(HttpOptions.Compression.GZIP)
                            .connections(3)
                            .idleTime(Duration.ofSeconds(4))
                            .proxy("http://user:pa55word@proxy.example:3128")
                            .build();
                    assertThat(options.toString())
                            .isEqualTo(RemoteOptions.builder()
                                    .deadline(Duration.ofSeconds(9))
                                    .backoff(Duration.ofMillis(10), Duration.ofMillis(20))
                                    .jitter(0.25)
                                    .maxAttempts(4)
                                    .writeRetry(WriteRetry.values()[WriteRetry.values().length - 1])
                                    .watchSilence(Duration.ofSeconds(8))
                                    .redirectHosts("one.example", "two.example")
                                    .http(http)
                                    .build()
                                    .toString());
                    assertThat(context.getBean(KvRemoteProperties.class).toString())
                            .doesNotContain("pa55word");
                });
        runner().withPropertyValues("kv-reactive.remote.deadline=0")
                .run(context -> assertThat(options(context, "kv")
                                .find(RemoteOptions.class)
                                .orElseThrow()
                                .deadline())
                        .isNull());
    }

    @Test
    void whatTheMetadataCallADefaultIsTheDefaultOfTheOptions() {
        runner().run(context -> {
            KvOptions options = options(context, "kv");
            assertThat(accessors(options, SqliteOptions.class)).isEqualTo(accessors(SqliteOptions.defaults()));
            assertThat(options.find(RemoteOptions.class).orElseThrow().toString())
                    .isEqualTo(RemoteOptions.defaults().toString());
            assertThat(options.closeGrace()).isEqualTo(KvOptions.DEFAULT_CLOSE_GRACE);
            assertThat(options.transactAttempts()).isEqualTo(KvOptions.DEFAULT_TRANSACT_ATTEMPTS);
            assertThat(options.deadline()).isNull();
            assertThat(options.accessToken()).isNull();
        });
    }

    private static Map<String, Object> accessors(KvOptions options, Class<? extends BackendOptions> type) {
        return accessors(options.find(type).orElseThrow());
    }

    /** What an options object tells of itself. */
    private static Map<String, Object> accessors(Object options) {
        Map<String, Object> found = new TreeMap<>();
        Arrays.stream(options.getClass().getMethods())
                .filter(m -> m.getDeclaringClass() == options.getClass()
                        && m.getParameterCount() == 0
                        && !Modifier.isStatic(m.getModifiers())
                        && !m.getName().equals("mutate"))
                .forEach(m -> found.put(m.getName(), valueOf(m, options)));
        assertThat(found).isNotEmpty();
        return found;
    }

    private static Object valueOf(Method accessor, Object of) {
        try {
            return String.valueOf(accessor.invoke(of));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void customizersHaveTheLastWord() {
        runner().withPropertyValues(
                        "kv-reactive.transact-attempts=9",
                        "kv-reactive.sqlite.readers=5",
                        "kv-reactive.remote.jitter=0")
                .withBean(KvOptionsCustomizer.class, () -> (options, database) -> options.transactAttempts(2))
                .withBean(
                        SqliteOptionsCustomizer.class, () -> (options, database) -> options.readers(database.length()))
                .withBean(RemoteOptionsCustomizer.class, () -> (options, database) -> options.jitter(1))
                .withBean("last", Contexts.OptionsRecorder.class)
                .run(context -> {
                    KvOptions options = context.getBean("last", Contexts.OptionsRecorder.class)
                            .seen
                            .get("kv");
                    assertThat(options.transactAttempts()).isEqualTo(2);
                    assertThat(options.find(SqliteOptions.class).orElseThrow().readers())
                            .isEqualTo("kv".length());
                    assertThat(options.find(RemoteOptions.class).orElseThrow().jitter())
                            .isEqualTo(1);
                });
    }

    @Test
    void connectionDetailsGoBeforeTheProperties() {
        runner().withPropertyValues("kv-reactive.url=nowhere:at-all", "kv-reactive.access-token=of-the-properties")
                .withBean(KvConnectionDetails.class, () -> new KvConnectionDetails() {
                    @Override
                    public String url() {
                        return "memory:";
                    }

                    @Override
                    public String accessToken() {
                        return "of-the-details";
                    }
                })
                .run(context -> {
                    assertThat(options(context, "kv").accessToken()).isEqualTo("of-the-details");
                    run(kv(context).set(KEY, 1));
                });
    }

    @Test
    void anSslBundleThatIsNotThereEndsTheStart() {
        runner().withPropertyValues("kv-reactive.remote.ssl.bundle=none-of-that-name")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("none-of-that-name"));
    }

    @Test
    void namedDatabasesAreBeansOfTheirNamesAndThereIsNoOther() {
        runnerWithoutUrl()
                .withPropertyValues(
                        "kv-reactive.databases.orders.url=memory:",
                        "kv-reactive.databases.audit.url=memory:",
                        "kv-reactive.databases.audit.access-token=of-audit",
                        "kv-reactive.databases.audit.sqlite.readers=7",
                        "kv-reactive.databases.audit.remote.jitter=0.125",
                        "kv-reactive.sqlite.readers=3")
                .run(context -> {
                    assertThat(context.getBeanNamesForType(Kv.class)).containsExactlyInAnyOrder("orders", "audit");
                    Kv orders = context.getBean("orders", Kv.class);
                    Kv audit = context.getBean("audit", Kv.class);
                    run(orders.set(KEY, 1));
                    StepVerifier.create(audit.get(KEY)).verifyComplete();
                    assertThat(options(context, "audit").accessToken()).isEqualTo("of-audit");
                    assertThat(options(context, "orders").accessToken()).isNull();
                    assertThat(readers(options(context, "audit"))).isEqualTo(7);
                    assertThat(readers(options(context, "orders"))).isEqualTo(3);
                    assertThat(options(context, "audit")
                                    .find(RemoteOptions.class)
                                    .orElseThrow()
                                    .jitter())
                            .isEqualTo(0.125);
                });
    }

    private static int readers(KvOptions options) {
        return options.find(SqliteOptions.class).orElseThrow().readers();
    }

    @Test
    void besidesNamedDatabasesTheOneOfTheUrlIsPrimary() {
        runner().withPropertyValues("kv-reactive.databases.audit.url=memory:").run(context -> {
            assertThat(context.getBeanNamesForType(Kv.class)).containsExactlyInAnyOrder("kv", "audit");
            assertThat(kv(context)).isSameAs(context.getBean("kv"));
        });
    }

    @Test
    void aNamedDatabaseWithoutAUrlEndsTheStart() {
        runnerWithoutUrl()
                .withPropertyValues("kv-reactive.databases.audit.access-token=of-audit")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageNotContaining("of-audit"));
    }

    @Test
    void aDatabaseThatCannotBeOpenedEndsTheStartUnlessItIsOpenedOnUse() {
        String url = "kv-reactive.url=/no/such/folder/kv.sqlite";
        runner().withPropertyValues(url).run(context -> {
            assertThat(Throwables.getStackTrace(context.getStartupFailure())).contains("/no/such/folder");
            FailureAnalysis analysis = new OpeningFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("/no/such/folder");
            assertThat(analysis.getAction()).contains("kv-reactive.url");
        });
        runner().withPropertyValues(url, "kv-reactive.opening=on-use")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aUrlWithAPasswordIsRefusedAndThePasswordIsNotShown() {
        runner().withPropertyValues("kv-reactive.url=https://me:pa55word@kv.example?token=t0ken")
                .run(context -> assertThat(Throwables.getStackTrace(context.getStartupFailure()))
                        .contains("kv.example")
                        .doesNotContain("pa55word", "t0ken"));
    }

    @Test
    void theDatabaseIsClosedWithTheContext() {
        Kv[] closed = new Kv[1];
        runner().run(context -> closed[0] = kv(context));
        StepVerifier.create(closed[0].get(KEY).map(KvEntry::value)).verifyError(KvClosedException.class);
    }
}
