// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** There is the bean {@code kv} if something says where its database is, or if nothing names any other. */
final class OnDefaultDatabase extends SpringBootCondition implements ConfigurationCondition {

    @Override
    public ConfigurationPhase getConfigurationPhase() {
        return ConfigurationPhase.REGISTER_BEAN;
    }

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConditionMessage.Builder message = ConditionMessage.forCondition("Default database");
        Binder binder = Binder.get(context.getEnvironment());
        if (binder.bind("kv-reactive.url", String.class).isBound()) {
            return ConditionOutcome.match(message.because("kv-reactive.url is set"));
        }
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        if (beans != null && beans.getBeanNamesForType(KvConnectionDetails.class, false, false).length > 0) {
            return ConditionOutcome.match(message.because("there is a KvConnectionDetails bean"));
        }
        return binder.bind("kv-reactive.databases", Bindable.mapOf(String.class, Object.class))
                        .orElse(Map.of())
                        .isEmpty()
                ? ConditionOutcome.match(message.because("no database is named"))
                : ConditionOutcome.noMatch(message.because("databases are named, and kv-reactive.url is not set"));
    }
}
