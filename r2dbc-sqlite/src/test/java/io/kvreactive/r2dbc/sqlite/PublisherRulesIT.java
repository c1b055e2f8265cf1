// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.TestEnvironment.ManualSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The driver's publishers by the Reactive Streams TCK. Its tests are written for TestNG; here each is a test of JUnit, so that one that does not
 * apply is left out by name instead of being skipped.
 */
class PublisherRulesIT {

    /** As good as unending: cases that ask for so many elements never read them. */
    private static final long UNENDING = Long.MAX_VALUE - 1;

    private static final String NUMBERS =
            "with recursive n(i) as (select 1 union all select i + 1 from n limit ?) select i from n";

    /** What the kit itself does not test, and cases about publishers that fail at subscription: the driver has none. */
    private static final String FOREIGN = "^untested_|spec104_mustSignalOnErrorWhenFails|spec109_mayRejectCalls";

    /** Cases that ask for a publisher of several elements. */
    private static final String NEED_MANY =
            "spec101|spec102|spec103|spec105_must|multicast|spec30[2369]|spec312|spec313|spec317|createPublisher3";

    @RegisterExtension
    final Databases databases = new Databases();

    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = databases.open();
    }

    @TestFactory
    Stream<DynamicTest> rowsKeepTheRules() {
        return rules(29, UNENDING, "", n -> n == 0 ? none() : longs(connection, NUMBERS, n));
    }

    private Flux<Long> none() {
        return longs(connection, "select 1 where 0");
    }

    @TestFactory
    Stream<DynamicTest> rowsOfSegmentsKeepTheRules() {
        return rules(
                29,
                UNENDING,
                "",
                n -> n == 0
                        ? none()
                        : Flux.from(Databases.statement(connection, NUMBERS, n).execute())
                                .concatMap(result -> result.flatMap(segment -> Mono.just(
                                        ((Result.RowSegment) segment).row().get(0, Long.class)))));
    }

    @TestFactory
    Stream<DynamicTest> resultsOfAScriptKeepTheRules() {
        // Each subscriber gets results of its own, which are no equals; and no text holds 2^31 statements.
        String without = "spec111_multicast|spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue";
        return rules(
                25,
                500,
                without,
                n -> connection
                        .createStatement("select 1;".repeat(Math.toIntExact(n)))
                        .execute());
    }

    @TestFactory
    Stream<DynamicTest> workWithAValueKeepsTheRules() {
        return rules(
                10,
                1,
                NEED_MANY,
                n -> n == 0 ? connection.setAutoCommit(true) : connection.validate(ValidationDepth.REMOTE));
    }

    private static Stream<DynamicTest> rules(
            int count, long most, String without, LongFunction<Publisher<?>> publisher) {
        Rules rules = new Rules(most, publisher);
        Pattern leftOut = Pattern.compile(FOREIGN + (without.isEmpty() ? "" : "|" + without));
        List<DynamicTest> tests = Arrays.stream(PublisherVerification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .filter(method -> !leftOut.matcher(method.getName()).find())
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> rules.check(method)))
                .toList();
        assertThat(tests).hasSize(count);
        return tests.stream();
    }

    private static final class Rules extends PublisherVerification<Object> {

        private final TestEnvironment environment;
        private final long most;
        private final LongFunction<Publisher<?>> publisher;

        Rules(long most, LongFunction<Publisher<?>> publisher) {
            this(new TestEnvironment(2000, 50, 50), most, publisher);
        }

        private Rules(TestEnvironment environment, long most, LongFunction<Publisher<?>> publisher) {
            super(environment);
            this.environment = environment;
            this.most = most;
            this.publisher = publisher;
        }

        @Override
        @SuppressWarnings("unchecked")
        public Publisher<Object> createPublisher(long elements) {
            return (Publisher<Object>) publisher.apply(Math.min(elements, 1_000_000));
        }

        @Override
        public Publisher<Object> createFailedPublisher() {
            return null;
        }

        @Override
        public long maxElementsFromPublisher() {
            return most;
        }

        /** As the kit's own, which looks only once. */
        @Override
        public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
                throws Throwable {
            activePublisherTest(3, false, given -> {
                ReferenceQueue<Object> queue = new ReferenceQueue<>();
                Reference<?> subscriber = cancelled(given, queue);
                long end = System.nanoTime() + PATIENCE.toNanos();
                Reference<?> found;
                do {
                    System.gc();
                    found = queue.remove(100);
                } while (found == null && System.nanoTime() < end);
                assertThat(found).isSameAs(subscriber);
            });
        }

        /** In a frame of its own, which keeps nothing. */
        private Reference<?> cancelled(Publisher<Object> given, ReferenceQueue<Object> queue) throws Throwable {
            ManualSubscriber<Object> subscriber = environment.newManualSubscriber(given);
            subscriber.request(1);
            subscriber.nextElement();
            subscriber.cancel();
            return new WeakReference<>(subscriber, queue);
        }

        void check(Method test) throws Exception {
            setUp();
            try {
                test.invoke(this);
            } catch (InvocationTargetException e) {
                throw new AssertionError(test.getName() + ": " + e.getCause(), e.getCause());
            }
        }
    }
}
