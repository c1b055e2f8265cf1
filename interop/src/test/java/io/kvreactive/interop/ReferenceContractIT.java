// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.KvOptions;
import io.kvreactive.remote.HttpOptions;
import io.kvreactive.remote.RemoteOptions;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.test.KvContract;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;

/** The contract over HTTP/1.1 against Deno's own engine. */
class ReferenceContractIT extends KvContract {

    /** What is switched off, each for what the engine or the protocol does not do. */
    static final Map<Trait, String> DEFECTS = new EnumMap<>(Map.ofEntries(
            Map.entry(Trait.WHOLE_COMMITS, "a commit that fails at a mutation has been applied up to it"),
            Map.entry(
                    Trait.FOLLOWS_THE_CLOCK,
                    "entries expire by the time of day, and are shown until they are collected"),
            Map.entry(Trait.DENO_LIMITS, "a commit has ten checks at the most"),
            Map.entry(Trait.TELLS_EXPIRY, "the protocol does not carry expiries"),
            Map.entry(Trait.DELIVERS_ONCE, "the protocol cannot tell an empty backoff schedule from the default"),
            Map.entry(Trait.DELIVERS, "the protocol delivers no messages"),
            Map.entry(Trait.SHOWS_QUEUE, "the protocol does not show the queue"),
            Map.entry(Trait.WATCHES_PREFIXES, "the protocol watches keys only"),
            Map.entry(Trait.TELLS_AT_ONCE, "news travel over the network"),
            Map.entry(Trait.BACKS_UP, "the protocol copies no databases"),
            Map.entry(Trait.STORES_DAMAGED_BYTES, "a server takes no damaged bytes")));

    private static ReferenceServer server;
    private static Tally tally;
    private String last;

    /** For each class of its own. */
    @RegisterExtension
    static final TestWatcher WATCHER = new TestWatcher() {
        @Override
        public void testSuccessful(ExtensionContext context) {
            tally.passed.incrementAndGet();
        }

        @Override
        public void testAborted(ExtensionContext context, Throwable cause) {
            tally.aborted.incrementAndGet();
        }

        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            tally.failed.incrementAndGet();
        }
    };

    private static final class Tally {
        private final AtomicInteger passed = new AtomicInteger();
        private final AtomicInteger aborted = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
    }

    @BeforeAll
    static void start() throws Exception {
        server = ReferenceServer.start();
        tally = new Tally();
    }

    @AfterAll
    static void stop(TestInfo test) throws Exception {
        server.close();
        boolean isHttp2 = test.getTestClass().orElseThrow() == ReferenceHttp2ContractIT.class;
        Map<String, String> names = new TreeMap<>();
        DEFECTS.forEach((trait, reason) -> names.put(trait.name(), reason));
        Summary.print(
                isHttp2 ? "reference-http2" : "reference-http1",
                "the contract against Deno's engine over " + (isHttp2 ? "HTTP/2: " : "HTTP/1.1: ") + tally.passed
                        + " tests passed, " + tally.failed + " failed, " + tally.aborted + " left out"
                        + (isHttp2 ? "" : Summary.named("traits switched off", names)));
    }

    HttpOptions.Version version() {
        return HttpOptions.Version.HTTP_1_1;
    }

    @Override
    protected String freshUrl() {
        if (last != null) {
            server.drop(last);
        }
        last = server.freshUrl();
        return last;
    }

    /** The engine lives by the time of day, and takes fewer checks than Deno. */
    @Override
    protected KvOptions configure(KvOptions options) {
        return server.authorized(options)
                .mutate()
                .clock(Clock.systemUTC())
                .with(RemoteOptions.builder()
                        .http(HttpOptions.builder().version(version()).build())
                        .limits(DatabaseLimits.builder().checksPerWrite(10).build())
                        .build())
                .build();
    }

    @Override
    protected Set<Trait> lacks() {
        return DEFECTS.keySet();
    }

    @Override
    protected int transfers() {
        return 500;
    }
}
