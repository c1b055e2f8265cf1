// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.test.KvContract;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract over HTTP/1.1, with a database in memory behind a server that keeps to the protocol. */
class RemoteContractIT extends KvContract {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    HttpOptions http() {
        return HttpOptions.defaults();
    }

    @Override
    protected String freshUrl() {
        return server.url() + "/db/" + DATABASES.incrementAndGet();
    }

    /** Databases behind the server live by the clock of the test that makes them. */
    @Override
    protected KvOptions configure(KvOptions options) {
        server.options = KvOptions.builder().clock(options.clock()).build();
        return options.mutate()
                .accessToken(TestServer.ACCESS_TOKEN)
                .with(RemoteOptions.builder().http(http()).build())
                .build();
    }

    /** What the protocol does not carry; and a server takes no damaged bytes from its clients. */
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

    @Override
    protected long openResources(Database database) {
        return ((ConnectDatabase) database).transport().underWay();
    }
}
