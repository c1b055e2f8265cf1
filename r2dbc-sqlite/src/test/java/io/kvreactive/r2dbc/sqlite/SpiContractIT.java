// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.test.TestKit;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.sqlite.SQLiteDataSource;

/**
 * The SPI's own contract tests, all of them, once for each style of parameters and each kind of database. None is disabled, and none overridden
 * but for the two SQL texts that each database writes in its own way.
 */
class SpiContractIT {

    private static final Map<String, Integer> PASSED = new ConcurrentSkipListMap<>();

    @AfterAll
    static void everyTestHasPassedInEveryStyleOnEveryKind() {
        int tests = (int) Arrays.stream(TestKit.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .count();
        PASSED.forEach(
                (where, passed) -> System.out.println("R2DBC TestKit: " + where + ": " + passed + " of " + tests));

        assertThat(tests).isEqualTo(34);
        assertThat(PASSED)
                .hasSize(10)
                .allSatisfy((where, passed) -> assertThat(passed).as(where).isEqualTo(tests));
    }

    @Nested
    class OnAFile {

        @Nested
        class WithQuestionMarks extends Contract<Integer> {
            WithQuestionMarks() {
                super("?", Kind.FILE, index -> "?", index -> index);
            }
        }

        @Nested
        class WithNumbers extends Contract<Integer> {
            WithNumbers() {
                super("?1", Kind.FILE, index -> "?" + (index + 1), index -> index);
            }
        }

        @Nested
        class WithColons extends Contract<String> {
            WithColons() {
                super(":name", Kind.FILE, index -> ":p" + index, index -> "p" + index);
            }
        }

        @Nested
        class WithAts extends Contract<String> {
            WithAts() {
                super("@name", Kind.FILE, index -> "@p" + index, index -> "@p" + index);
            }
        }

        @Nested
        class WithDollars extends Contract<String> {
            WithDollars() {
                super("$1", Kind.FILE, index -> "$" + (index + 1), index -> "$" + (index + 1));
            }
        }
    }

    @Nested
    class InSharedMemory {

        @Nested
        class WithQuestionMarks extends Contract<Integer> {
            WithQuestionMarks() {
                super("?", Kind.SHARED_MEMORY, index -> "?", index -> index);
            }
        }

        @Nested
        class WithNumbers extends Contract<Integer> {
            WithNumbers() {
                super("?1", Kind.SHARED_MEMORY, index -> "?" + (index + 1), index -> index);
            }
        }

        @Nested
        class WithColons extends Contract<String> {
            WithColons() {
                super(":name", Kind.SHARED_MEMORY, index -> ":p" + index, index -> "p" + index);
            }
        }

        @Nested
        class WithAts extends Contract<String> {
            WithAts() {
                super("@name", Kind.SHARED_MEMORY, index -> "@p" + index, index -> "@p" + index);
            }
        }

        @Nested
        class WithDollars extends Contract<String> {
            WithDollars() {
                super("$1", Kind.SHARED_MEMORY, index -> "$" + (index + 1), index -> "$" + (index + 1));
            }
        }
    }

    private enum Kind {
        FILE("WAL file"),
        SHARED_MEMORY("shared memory");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    @ExtendWith(Count.class)
    abstract static class Contract<T> implements TestKit<T> {

        @RegisterExtension
        final Databases databases = new Databases();

        private final String style;
        private final Kind kind;
        private final IntFunction<String> placeholder;
        private final IntFunction<T> identifier;
        private SqliteConnectionFactory factory;

        Contract(String style, Kind kind, IntFunction<String> placeholder, IntFunction<T> identifier) {
            this.style = style;
            this.kind = kind;
            this.placeholder = placeholder;
            this.identifier = identifier;
        }

        /** Made when it is first asked for: the kit's own preparations come before those of this class. */
        private SqliteConnectionFactory factory() {
            if (factory == null) {
                SqliteConnectionConfiguration configuration = kind == Kind.FILE
                        ? databases.configuration().build()
                        : SqliteConnectionConfiguration.builder()
                                .memory("contract")
                                .build();
                factory = databases.factory(configuration);
                // A database in memory lasts from the first connection to the end of the factory.
                now(now(factory.create()).close());
            }
            return factory;
        }

        @Override
        public String getPlaceholder(int index) {
            return placeholder.apply(index);
        }

        @Override
        public T getIdentifier(int index) {
            return identifier.apply(index);
        }

        @Override
        public ConnectionFactory getConnectionFactory() {
            return factory();
        }

        @Override
        public JdbcOperations getJdbcOperations() {
            factory();
            SQLiteDataSource source = new SQLiteDataSource();
            source.setSynchronous("OFF");
            source.setUrl("jdbc:sqlite:"
                    + (kind == Kind.FILE ? databases.file("test.db") : "file:contract?mode=memory&cache=shared"));
            return new JdbcTemplate(source);
        }

        /** The two texts that each database writes in its own way. */
        @Override
        public String doGetSql(TestStatement statement) {
            return switch (statement) {
                case CREATE_TABLE_AUTOGENERATED_KEY ->
                    "CREATE TABLE test ( id INTEGER PRIMARY KEY AUTOINCREMENT, test_value INTEGER )";
                case INSERT_VALUE_AUTOGENERATED_KEY -> "INSERT INTO test(test_value) VALUES(100)";
                default -> statement.getSql();
            };
        }
    }

    /** Counts the tests that have passed; one that is disabled or aborted is missing from the count. */
    static final class Count implements TestWatcher {

        @Override
        public void testSuccessful(ExtensionContext context) {
            Contract<?> contract = (Contract<?>) context.getRequiredTestInstance();
            PASSED.merge(contract.kind.label + ", " + contract.style, 1, Integer::sum);
        }
    }
}
