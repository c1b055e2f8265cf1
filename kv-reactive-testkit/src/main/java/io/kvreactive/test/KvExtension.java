// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.Kv;
import io.kvreactive.KvOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A database for tests of an application: fresh and empty for each test, in memory, with a clock that the test moves and faults on demand;
 * closed afterwards.
 *
 * <pre>{@code
 * @RegisterExtension
 * static KvExtension kv = KvExtension.inMemory();
 *
 * @Test
 * void aSessionEnds() {
 *     Sessions sessions = new Sessions(kv.kv());
 *     StepVerifier.create(sessions.begin("ada")).expectNextCount(1).verifyComplete();
 *     kv.clock().advance(Duration.ofHours(1));
 *     StepVerifier.create(sessions.find("ada")).verifyComplete();
 * }
 * }</pre>
 *
 * <p>A test may also take a {@link Kv}, a {@link MutableClock} or {@link Faults} as parameters: those of its own run. The accessors give
 * those of the test that began last, so tests that run at the same time take parameters.
 */
public final class KvExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    /** Where the clock of every test begins: a time that is nobody's present. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KvOptions options;
    private volatile @Nullable Session current;

    private KvExtension(KvOptions options) {
        this.options = options;
    }

    /**
     * A database in memory.
     *
     * @return the extension, to be registered
     */
    public static KvExtension inMemory() {
        return inMemory(KvOptions.defaults());
    }

    /**
     * A database in memory, with options.
     *
     * @param options the options; their clock is replaced by the one of each test
     * @return the extension, to be registered
     */
    public static KvExtension inMemory(KvOptions options) {
        return new KvExtension(options);
    }

    /**
     * The database of the test.
     *
     * @return the database
     * @throws IllegalStateException outside of a test
     */
    public Kv kv() {
        return session().kv;
    }

    /**
     * The clock of the test, by which entries expire and delays end.
     *
     * @return the clock
     * @throws IllegalStateException outside of a test
     */
    public MutableClock clock() {
        return session().clock;
    }

    /**
     * What goes wrong in the test.
     *
     * @return the faults, none at first
     * @throws IllegalStateException outside of a test
     */
    public Faults faults() {
        return session().faults;
    }

    private Session session() {
        Session session = current;
        if (session == null) {
            throw new IllegalStateException(
                    "no test is running: each has a database of its own, from before @BeforeEach until after @AfterEach");
        }
        return session;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Session session = new Session(options);
        current = session;
        context.getStore(namespace()).put(Session.class, session);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Session session = context.getStore(namespace()).remove(Session.class, Session.class);
        current = null;
        if (session != null) {
            session.kv.close().block(PATIENCE);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return Session.TYPES.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Session session = context.getStore(namespace()).get(Session.class, Session.class);
        if (session == null) {
            throw new IllegalStateException(
                    "a constructor or @BeforeAll method is outside of any test; take the parameter in a test or @BeforeEach method");
        }
        Class<?> type = parameter.getParameter().getType();
        return Objects.requireNonNull(Session.TYPES.get(type)).apply(session);
    }

    private Namespace namespace() {
        return Namespace.create(KvExtension.class, this);
    }

    /** What one test has. */
    private static final class Session {
        private static final Map<Class<?>, Function<Session, Object>> TYPES = Map.of(
                Kv.class, session -> session.kv,
                MutableClock.class, session -> session.clock,
                Faults.class, session -> session.faults);

        private final MutableClock clock = MutableClock.at(START);
        private final Faults faults = new Faults(clock);
        private final Kv kv;

        Session(KvOptions options) {
            this.kv = Kv.create(
                    TestDatabaseHandler.around("memory:"),
                    options.mutate()
                            .clock(clock)
                            .with(new TestDatabaseHandler.Between(database -> new FaultyDatabase(database, faults)))
                            .build());
        }
    }
}
