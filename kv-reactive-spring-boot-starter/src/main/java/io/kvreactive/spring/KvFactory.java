// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.KvOptions;
import java.util.List;
import java.util.Objects;

/**
 * Makes databases as the application is configured: with its Jackson, its observations, its properties and customizers. For beans of one's own:
 *
 * <pre>{@code
 * @Bean
 * Kv audit(KvFactory databases) {
 *     return databases.create("audit", "audit.sqlite");
 * }
 * }</pre>
 *
 * <p>Every {@code Kv} bean is opened before the web server starts and closed after it has stopped. Thread-safe.
 */
public final class KvFactory {

    private final KvProperties properties;
    private final List<OptionsStep> steps;
    private final List<KvOptionsCustomizer> customizers;

    KvFactory(KvProperties properties, List<OptionsStep> steps, List<KvOptionsCustomizer> customizers) {
        this.properties = properties;
        this.steps = List.copyOf(steps);
        this.customizers = List.copyOf(customizers);
    }

    /**
     * A database. No I/O.
     *
     * @param name what it is called in observations; that of its bean, best
     * @param url where it is, as {@code Kv.create} takes it
     * @return the database
     * @throws IllegalArgumentException if no backend on the class path supports the URL, or an option does not fit
     */
    public Kv create(String name, String url) {
        Objects.requireNonNull(url, "url");
        return create(name, () -> url);
    }

    /**
     * A database, with what opens it. No I/O.
     *
     * @param name what it is called in observations; that of its bean, best
     * @param details where it is, and what opens it
     * @return the database
     * @throws IllegalArgumentException if no backend on the class path supports the URL, or an option does not fit
     */
    public Kv create(String name, KvConnectionDetails details) {
        return Kv.create(details.url(), options(name, details));
    }

    /** What a database of that name is made with. */
    KvOptions options(String name, KvConnectionDetails details) {
        KvOptions.Builder options =
                KvOptions.builder().closeGrace(properties.closeGrace()).transactAttempts(properties.transactAttempts());
        if (properties.deadline() != null) {
            options.deadline(properties.deadline());
        }
        String token = details.accessToken();
        if (token != null && !token.isEmpty()) {
            options.accessToken(token);
        }
        steps.forEach(step -> step.apply(options, name, details));
        customizers.forEach(customizer -> customizer.customize(options, name));
        return options.build();
    }
}
