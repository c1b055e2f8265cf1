// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.kv;
import static io.kvreactive.spring.Contexts.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.SetOptions;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;

class KvEndpointTest {

    private static ApplicationContextRunner runner() {
        return Contexts.runner()
                .withConfiguration(
                        AutoConfigurations.of(KvEndpointAutoConfiguration.class, EndpointAutoConfiguration.class));
    }

    private static ApplicationContextRunner exposed() {
        return runner().withPropertyValues(
                        "management.endpoint.kv.access=READ_ONLY", "management.endpoints.web.exposure.include=kv");
    }

    private static KvEndpoint over(Kv kv, Show values) {
        return new KvEndpoint(Map.of("kv", kv), values, Set.of());
    }

    private static Object read(KvEndpoint endpoint, String key, String prefix, Integer limit, String after) {
        return run(endpoint.read(SecurityContext.NONE, "kv", key, prefix, limit, after));
    }

    @Test
    void itIsOffUnlessItIsSwitchedOnAndExposed() {
        runner().run(context -> assertThat(context).doesNotHaveBean(KvEndpoint.class));
        runner().withPropertyValues("management.endpoints.web.exposure.include=*")
                .run(context -> assertThat(context).doesNotHaveBean(KvEndpoint.class));
        exposed()
                .run(context -> assertThat(
                                context.getBean(KvEndpoint.class).databases().databases())
                        .containsExactly("kv"));
    }

    @Test
    void itListsKeysPageByPage() {
        Kv kv = Kv.create("memory:");
        run(Flux.range(0, 5).concatMap(i -> kv.set(KvKey.of("orders", i), "tea")));
        run(kv.set(KvKey.of("others"), 1));
        KvEndpoint endpoint = over(kv, Show.NEVER);

        KvEndpoint.Page first = (KvEndpoint.Page) read(endpoint, null, "[\"orders\"]", 3, null);
        assertThat(first.keys())
                .extracting(KvEndpoint.Key::key)
                .containsExactly("[\"orders\",0]", "[\"orders\",1]", "[\"orders\",2]");
        assertThat(first.keys().get(0).size()).isPositive();
        KvEndpoint.Page second = (KvEndpoint.Page) read(endpoint, null, "[\"orders\"]", 3, first.next());
        assertThat(second.keys()).hasSize(2);
        assertThat(second.next()).isNull();
        assertThat(((KvEndpoint.Page) read(endpoint, null, null, null, null)).keys())
                .hasSize(6);
    }

    @Test
    void itReadsAnEntryAndShowsItsValueOnlyIfItMay() {
        Kv kv = Kv.create("memory:");
        KvKey key = KvKey.of("orders", 42, true, BigInteger.valueOf(7), new byte[] {10, 11}, 0.5);
        run(kv.set(key, "s3cret", SetOptions.expireIn(Duration.ofHours(1))));
        String text = "[\"orders\",42,true,{\"bigint\":\"7\"},{\"bytes\":\"0a0b\"},0.5]";

        KvEndpoint.Entry hidden = (KvEndpoint.Entry) read(over(kv, Show.NEVER), text, null, null, null);
        assertThat(hidden.value()).isEqualTo("******");
        assertThat(hidden.key().key()).isEqualTo(text);
        assertThat(hidden.key().expiresAt()).isNotNull();
        assertThat(((KvEndpoint.Entry) read(over(kv, Show.WHEN_AUTHORIZED), text, null, null, null)).value())
                .isEqualTo("******");
        assertThat(((KvEndpoint.Entry) read(over(kv, Show.ALWAYS), text, null, null, null)).value())
                .isEqualTo("s3cret");
        assertThat(read(over(kv, Show.ALWAYS), "[\"none\"]", null, null, null)).isNull();
    }

    @Test
    void whatIsNoKeyNoLimitAndNoCursorIsTheCallersMistake() {
        KvEndpoint endpoint = over(Kv.create("memory:"), Show.NEVER);
        for (String key : new String[] {"orders", "{}", "[null]", "[[1]]", "[{\"bytes\":\"xy\"}]", "["}) {
            assertThatThrownBy(() -> read(endpoint, key, null, null, null))
                    .as(key)
                    .isInstanceOf(InvalidEndpointRequestException.class);
        }
        assertThatThrownBy(() -> read(endpoint, null, null, 0, null))
                .isInstanceOf(InvalidEndpointRequestException.class);
        assertThatThrownBy(() -> read(endpoint, null, null, 1001, null))
                .isInstanceOf(InvalidEndpointRequestException.class);
        assertThatThrownBy(() -> read(endpoint, null, null, null, "?"))
                .isInstanceOf(InvalidEndpointRequestException.class);
        assertThat(run(endpoint.read(SecurityContext.NONE, "none", null, null, null, null)))
                .isNull();
    }

    @Test
    void infoTellsTheDatabasesByName() {
        runner().withPropertyValues("kv-reactive.databases.audit.url=memory:").run(context -> {
            Info.Builder info = new Info.Builder();
            context.getBean(InfoContributor.class).contribute(info);
            assertThat(info.build().getDetails().get("kv"))
                    .asString()
                    .contains("audit", "kv")
                    .doesNotContain("memory");
        });
        runner().withPropertyValues("management.info.kv.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(InfoContributor.class));
    }

    @Test
    void anApplicationWithoutActuatorStarts() {
        Contexts.runner()
                .withConfiguration(AutoConfigurations.of(KvEndpointAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(Kv.class);
                    run(kv(context).set(KvKey.of("a"), 1));
                });
    }
}
