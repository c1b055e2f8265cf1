// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MicrometerServerObserverIT {

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double gauge(ServerMeter meter) {
        return registry.get(meter.meterName()).gauge().value();
    }

    @Test
    void whatHappensIsMeasured() throws Exception {
        KvConnectServer server = servers.start(TestServers.options()
                .observer(MicrometerServerObserver.of(registry))
                .limits(ServerLimits.builder().connections(1).build())
                .build());
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        caller.works(metadata);
        caller.exchange("/", "not-the-access-token", "").refused(401);
        try (InputStream in = caller.watch(metadata, KvKey.of("a"))) {
            assertThat(in.read()).isPositive();
            // The client may have its first state before that is told.
            Waiting.until("the watch is counted", () -> gauge(ServerMeter.WATCHES) == 1);
            assertThat(gauge(ServerMeter.CONNECTIONS)).isEqualTo(1);
            try (RawConnection refused = new RawConnection(server)) {
                assertThat(refused.isClosed()).isTrue();
            }
        }
        Waiting.until("the watch is over", () -> server.statistics().watches() == 0);
        assertThat(gauge(ServerMeter.DATABASES)).isEqualTo(1);
        TestServers.stop(server);
        assertThat(gauge(ServerMeter.WATCHES)).isZero();
        assertThat(gauge(ServerMeter.CONNECTIONS)).isZero();
        assertThat(gauge(ServerMeter.DATABASES)).isZero();
        assertThat(registry.get(ServerMeter.CONNECTIONS_REFUSED.meterName())
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get(ServerMeter.WATCHES_ENDED.meterName())
                        .tag("end", "client")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(count("metadata", "200")).isEqualTo(1);
        assertThat(count("metadata", "401")).isEqualTo(1);
        assertThat(count("read", "200")).isEqualTo(1);
        assertThat(count("write", "200")).isEqualTo(1);
        assertThat(registry.get(ServerMeter.REQUEST_BYTES.meterName())
                        .tag("operation", "write")
                        .summary()
                        .totalAmount())
                .isPositive();
        assertThat(registry.getMeters().stream()
                        .map(Meter::getId)
                        .map(Meter.Id::getName)
                        .collect(Collectors.toSet()))
                .as("the meters that are documented")
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ServerMeter.values())
                        .map(ServerMeter::meterName)
                        .toList());
    }

    private long count(String operation, String status) {
        return registry.get(ServerMeter.REQUESTS.meterName())
                .tag("operation", operation)
                .tag("status", status)
                .timer()
                .count();
    }
}
