// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.kv;
import static io.kvreactive.spring.Contexts.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

/**
 * A token, values, parts of keys, a query and a password are planted wherever an application may have some, and looked for in what operators see: logs to
 * the last detail, spans, meters, health, info, errors and failures of the start.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecretsIT {

    private static final String TOKEN = "t0ken-that-nobody-may-see";
    private static final String WRONG_TOKEN = "wr0ng-token-that-nobody-may-see";
    private static final String VALUE = "v4lue-correct-horse";
    private static final String PART = "p4rt-of-a-key";
    private static final String QUERY = "qu3ry-of-the-url";
    private static final String PASSWORD = "pa55word-of-the-proxy";
    private static final String[] SECRETS = {TOKEN, WRONG_TOKEN, VALUE, PART, QUERY, PASSWORD};
    private static final KvKey KEY = KvKey.of("users", PART);

    @TempDir
    Path folder;

    private final SimpleTracer tracer = new SimpleTracer();
    private final List<String> shown = new ArrayList<>();

    @BeforeEach
    void logToTheLastDetail() {
        logger().setLevel(Level.TRACE);
    }

    @AfterEach
    void logAsBefore() {
        logger().setLevel(null);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.kvreactive");
    }

    /** One whose operations are in time however busy the machine is. */
    private ApplicationContextRunner application(String url, String token) {
        return application(url, token, "15s");
    }

    /** One that nothing can be done with, as it soon finds out. */
    private ApplicationContextRunner failing(String url, String token) {
        return application(url, token, "500ms");
    }

    private ApplicationContextRunner application(String url, String token, String deadline) {
        return Contexts.runner()
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        ObservationAutoConfiguration.class,
                        KvHealthAutoConfiguration.class,
                        KvEndpointAutoConfiguration.class,
                        HealthContributorAutoConfiguration.class))
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(DefaultTracingObservationHandler.class, () -> new DefaultTracingObservationHandler(tracer))
                .withPropertyValues(
                        "kv-reactive.url=" + url,
                        "kv-reactive.access-token=" + token,
                        "kv-reactive.opening=on-use",
                        "kv-reactive.remote.deadline=" + deadline,
                        "management.info.kv.enabled=true",
                        "management.health.kv.timeout=18s",
                        "management.endpoint.kv.access=READ_ONLY");
    }

    @Test
    void nothingThatOperatorsSeeHoldsASecret(CapturedOutput output) {
        application(folder.resolve("kv.sqlite").toString(), TOKEN)
                .withPropertyValues(
                        "kv-reactive.server.enabled=true",
                        "kv-reactive.server.port=0",
                        "kv-reactive.server.access-token=" + TOKEN)
                .run(server -> {
                    String url = server.getBean(ServerLifecycle.class).url();
                    use(server);
                    application(url + "/?" + QUERY, TOKEN).run(client -> {
                        use(client);
                        assertThat(look(client)).isEqualTo(Status.UP);
                    });
                    failing(url, WRONG_TOKEN).run(client -> {
                        fail(kv(client).get(KEY));
                        assertThat(look(client)).isEqualTo(Status.DOWN);
                    });
                    failing(url, TOKEN)
                            .withPropertyValues("kv-reactive.remote.http.proxy=http://me:" + PASSWORD + "@127.0.0.1:1")
                            .run(client -> {
                                fail(kv(client).set(KEY, VALUE));
                                assertThat(look(client)).isEqualTo(Status.DOWN);
                                shown.add(
                                        client.getBean(KvRemoteProperties.class).toString());
                            });
                    assertThat(look(server)).isEqualTo(Status.UP);
                });
        application("https://me:" + PASSWORD + "@kv.example/?" + QUERY, TOKEN)
                .run(context -> shown.add(Throwables.getStackTrace(context.getStartupFailure())));
        tracer.getSpans().forEach(span -> shown.add(text(span)));
        shown.add(output.getAll());

        assertThat(tracer.getSpans()).hasSizeGreaterThan(10);
        assertThat(output.getAll()).contains("io.kvreactive");
        assertThat(shown).allSatisfy(text -> assertThat(text).doesNotContain(SECRETS));
    }

    private void use(ApplicationContext context) {
        Kv kv = kv(context);
        run(kv.set(KEY, VALUE));
        assertThat(run(kv.get(KEY)).value()).isEqualTo(VALUE);
        run(kv.list(KvSelector.prefix("users")));
        run(kv.watch(KEY).take(1));
        run(kv.enqueue(VALUE));
        run(kv.transact(tx -> tx.get(KEY).map(seen -> tx.set(KEY, VALUE).result(1))));
        fail(kv.get(KEY, Duration.class));
        fail(kv.list(KvSelector.prefix("users"), Duration.class));
        fail(kv.atomic().sum(KEY, 1).commit());
        fail(kv.set(KEY, VALUE.repeat(10_000)));
    }

    private void fail(Publisher<?> operation) {
        Throwable error = catchThrowable(() -> run(operation));
        assertThat(error).isNotNull();
        shown.add(Throwables.getStackTrace(error));
    }

    /** What actuator shows. */
    private Status look(ApplicationContext context) {
        Health health = run(((ReactiveHealthIndicator) context.getBean(ReactiveHealthContributor.class)).health());
        shown.add(health.toString());
        Info.Builder info = new Info.Builder();
        context.getBeansOfType(InfoContributor.class).values().forEach(contributor -> contributor.contribute(info));
        shown.add(info.build().toString());
        context.getBean(MeterRegistry.class)
                .getMeters()
                .forEach(meter -> shown.add(meter.getId() + " " + meter.getId().getDescription()));
        assertThat(context.getBean(ObservationRegistry.class)).isNotNull();
        shown.add(context.getBean(KvProperties.class).toString());
        return health.getStatus();
    }

    private static String text(SimpleSpan span) {
        Throwable error = span.getError();
        return span.getName() + " " + span.getTags() + " " + span.getEvents() + " " + span.getRemoteServiceName() + " "
                + (error == null ? "" : Throwables.getStackTrace(error));
    }
}
