// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.test.KvExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

class HealthTest {

    @RegisterExtension
    static final KvExtension kv = KvExtension.inMemory();

    private static ApplicationContextRunner runner() {
        return Contexts.runner()
                .withConfiguration(AutoConfigurations.of(
                        KvHealthAutoConfiguration.class, HealthContributorAutoConfiguration.class));
    }

    private static Health health(Kv kv, Duration timeout) {
        return run(new KvHealthIndicator(kv, timeout).health());
    }

    @Test
    void aDatabaseThatAnswersIsUpAndTellsNothingMore() {
        runner().run(context -> {
            Health health = run(((ReactiveHealthIndicator) context.getBean(ReactiveHealthContributor.class)).health());
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).isEmpty();
        });
    }

    @Test
    void itIsUpAlsoIfSomebodyHasSetTheKeyThatIsAskedFor() {
        run(kv.kv().set(KvKey.of("kv-reactive", "health"), 1));
        assertThat(health(kv.kv(), Duration.ofSeconds(5)).getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aDatabaseThatFailsIsDownAndSaysWhy() {
        Kv closed = Kv.create("memory:");
        run(closed.close());
        Health health = health(closed, Duration.ofSeconds(5));
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).hasSize(1);
        assertThat(health.getDetails().get("error")).asString().contains("KvClosedException", "was closed");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsDownAfterTheTimeout() {
        kv.faults().reads().once().delay(Duration.ofDays(1));
        Health health = health(kv.kv(), Duration.ofMillis(20));
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("error", "no answer within PT0.02S");
    }

    @Test
    void severalDatabasesHaveAHealthEach() {
        runner().withPropertyValues("kv-reactive.databases.audit.url=memory:").run(context -> {
            CompositeReactiveHealthContributor all = context.getBean(CompositeReactiveHealthContributor.class);
            assertThat(all.stream().map(entry -> entry.name())).containsExactlyInAnyOrder("kv", "audit");
        });
    }

    @Test
    void itCanBeSwitchedOff() {
        runner().withPropertyValues("management.health.kv.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(ReactiveHealthContributor.class));
    }

    @Test
    void aHealthOfTheApplicationsOwnIsUsedInstead() {
        runner().withBean(
                        "kvHealthIndicator",
                        ReactiveHealthIndicator.class,
                        () -> () -> Mono.just(Health.unknown().build()))
                .run(context -> assertThat(context).hasSingleBean(ReactiveHealthContributor.class));
    }

    @Test
    void anApplicationWithoutHealthStarts() {
        Contexts.runner()
                .withConfiguration(AutoConfigurations.of(KvHealthAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Kv.class));
    }
}
