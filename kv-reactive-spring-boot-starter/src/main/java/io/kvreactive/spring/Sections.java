// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The sections of properties that hold for one database: those of its own, or the general ones. */
final class Sections {

    private final Environment environment;

    Sections(Environment environment) {
        this.environment = environment;
    }

    <T> T of(String database, String section, Class<T> type, T general) {
        return Binder.get(environment)
                .bind("kv-reactive.databases." + database + "." + section, type)
                .orElse(general);
    }
}
