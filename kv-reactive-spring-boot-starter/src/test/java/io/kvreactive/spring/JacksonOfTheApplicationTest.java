// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.kv;
import static io.kvreactive.spring.Contexts.run;
import static io.kvreactive.spring.Contexts.runner;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.jackson.JacksonMixin;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** What the application sets for its JSON holds for stored values: each thing by itself. */
class JacksonOfTheApplicationTest {

    private static final KvKey KEY = KvKey.of("orders", 1);

    record Order(String orderId, @Nullable String note, Money total) {}

    record Money(long cents) {}

    private static final Order ORDER = new Order("o-1", null, new Money(250));

    /** The stored form, as a program sees it that knows no class of ours. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> stored(ApplicationContext context) {
        Kv kv = kv(context);
        run(kv.set(KEY, ORDER));
        assertThat(run(kv.get(KEY, Order.class)).value()).isEqualTo(ORDER);
        return (Map<String, Object>) run(kv.get(KEY)).value();
    }

    @Test
    void withoutAnyOfItRecordsAreStoredAsWithoutSpring() {
        runner().run(context -> assertThat(stored(context)).isEqualTo(new java.util.HashMap<>() {
            {
                put("orderId", "o-1");
                put("note", null);
                put("total", Map.of("cents", 250));
            }
        }));
    }

    @Test
    void namingHolds() {
        namedWithUnderscores().run(context -> assertThat(stored(context)).containsKey("order_id"));
    }

    private static ApplicationContextRunner namedWithUnderscores() {
        return runner().withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE");
    }

    @Test
    void inclusionHolds() {
        runner().withPropertyValues("spring.jackson.default-property-inclusion=non_null")
                .run(context ->
                        assertThat(stored(context)).doesNotContainKey("note").containsKey("orderId"));
    }

    @Test
    void inclusionSetByACustomizerHoldsToo() {
        runner().withBean(
                        JsonMapperBuilderCustomizer.class,
                        () -> builder -> builder.changeDefaultPropertyInclusion(
                                v -> v.withValueInclusion(JsonInclude.Include.NON_NULL)))
                .run(context -> assertThat(stored(context)).doesNotContainKey("note"));
    }

    @Test
    void modulesHold() {
        runner().withBean(JacksonModule.class, MoneyAsText::module)
                .run(context -> assertThat(stored(context)).containsEntry("total", "2.50"));
    }

    static final class MoneyAsText {
        static JacksonModule module() {
            SimpleModule module = new SimpleModule("money");
            module.addSerializer(new StdSerializer<Money>(Money.class) {
                @Override
                public void serialize(Money money, JsonGenerator generator, SerializationContext context) {
                    generator.writeString(money.cents() / 100 + "." + money.cents() % 100);
                }
            });
            module.addDeserializer(Money.class, new StdDeserializer<Money>(Money.class) {
                @Override
                public Money deserialize(JsonParser parser, DeserializationContext context) {
                    return new Money(Long.parseLong(parser.getString().replace(".", "")));
                }
            });
            return module;
        }
    }

    @Test
    void mixInsOfACustomizerHold() {
        runner().withBean(
                        JsonMapperBuilderCustomizer.class,
                        () -> builder -> builder.addMixIn(Order.class, RenamedOrder.class))
                .run(context -> assertThat(stored(context)).containsKey("id").doesNotContainKey("orderId"));
    }

    @JacksonMixin(Order.class)
    interface RenamedOrder {
        @JsonProperty("id")
        String orderId();
    }

    @Test
    void mixInsThatSpringBootFindsHold() {
        runner().withUserConfiguration(Scanned.class)
                .run(context -> assertThat(stored(context)).containsKey("id").doesNotContainKey("orderId"));
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage
    static class Scanned {}

    @Test
    void whatIsSetForJsonCanBeLeftToJson() {
        namedWithUnderscores()
                .withPropertyValues("kv-reactive.mapping=plain")
                .run(context -> assertThat(stored(context)).containsKey("orderId"));
    }

    @Test
    void whatIsToDifferIsSetByACustomizerOfTheMapper() {
        namedWithUnderscores()
                .withBean(
                        KvMapperCustomizer.class,
                        () -> mapper -> mapper.propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE))
                .run(context -> assertThat(stored(context)).containsKey("order-id"));
    }
}
