// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvOptions;
import io.kvreactive.remote.HttpOptions;
import io.kvreactive.remote.RemoteOptions;
import io.kvreactive.spi.Alarm;
import io.kvreactive.spi.TimerClock;
import io.kvreactive.test.KvContract;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Mono;

/** The contract of backends, passed by our client against our server: each test has a named database of its own, in memory if not told otherwise. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClientContract extends KvContract {

    private final FollowedClock clock = new FollowedClock();
    private final AtomicInteger databases = new AtomicInteger();
    private KvConnectServer server;

    /** How the server speaks. */
    abstract ServerOptionsBuilder server(ServerOptionsBuilder builder);

    /** How the client speaks. */
    abstract HttpOptions client();

    @BeforeAll
    void start() {
        ServerOptions options = server(ServerOptions.builder()
                        .accessToken(TestServers.TOKEN)
                        .port(0)
                        .limits(ServerLimits.builder().databases(100_000).build())
                        .databaseOptions(KvOptions.builder().clock(clock).build()))
                .build();
        server = Objects.requireNonNull(KvConnectServer.start(options).block(TestServers.PATIENCE));
    }

    @AfterAll
    void stop() {
        TestServers.stop(server);
    }

    @Override
    protected String freshUrl() {
        return server.url() + "/db/contract-" + databases.incrementAndGet();
    }

    @Override
    protected KvOptions configure(KvOptions options) {
        clock.followed = options.clock();
        return options.mutate()
                .accessToken(TestServers.TOKEN)
                .with(RemoteOptions.builder().http(client()).build())
                .build();
    }

    /** What the protocol does not carry; and the server takes no damaged bytes from its clients. */
    @Override
    protected Set<Trait> lacks() {
        return Set.of(
                Trait.TELLS_EXPIRY,
                Trait.DELIVERS_ONCE,
                Trait.DELIVERS,
                Trait.SHOWS_QUEUE,
                Trait.TELLS_AT_ONCE,
                Trait.WATCHES_PREFIXES,
                Trait.BACKS_UP,
                Trait.STORES_DAMAGED_BYTES);
    }

    @Override
    protected int transfers() {
        return 500;
    }

    /** The clock of whichever test runs: databases behind the server live by it. */
    private static final class FollowedClock extends Clock implements TimerClock {
        private volatile Clock followed = Clock.systemUTC();

        @Override
        public Instant instant() {
            return followed.instant();
        }

        @Override
        public Mono<Void> reaches(Instant instant) {
            return Mono.defer(() -> Alarm.at(followed, instant));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
