// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The meters of the program as a page of Prometheus. */
final class PrometheusPage {

    private PrometheusPage() {}

    static void addTo(ServerOptionsBuilder builder) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        builder.observer(MicrometerServerObserver.of(registry)).metricsPage(registry::scrape);
    }
}
