// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Nullability;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Values on their way into SQLite and out of it. */
class ValuesIT {

    @RegisterExtension
    final Databases databases = new Databases();

    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = databases.open();
    }

    private <T> T read(String sql, Class<T> type) {
        return look(sql, row -> row.get(0, type));
    }

    private <T> T look(String sql, Function<Row, T> mapping) {
        return now(Flux.from(connection.createStatement(sql).execute())
                .concatMap(r -> r.map((row, metadata) -> mapping.apply(row)))
                .single());
    }

    static Object[] values() {
        return new Object[] {
            1,
            1L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            (short) 2,
            (byte) 3,
            true,
            false,
            1.5,
            1.5f,
            Double.MAX_VALUE,
            "text",
            "",
            'c',
            new BigDecimal("123456789012345678901234567890.123"),
            new BigInteger("12345678901234567890"),
            UUID.fromString("00000000-0000-0001-0000-000000000002"),
            TimeUnit.SECONDS,
            LocalDate.of(2024, 2, 29),
            LocalTime.of(1, 2, 3, 4000),
            LocalDateTime.of(2024, 2, 29, 1, 2, 3),
            OffsetDateTime.of(2024, 2, 29, 1, 2, 3, 0, ZoneOffset.ofHours(5)),
            Instant.ofEpochMilli(1234567890123L)
        };
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsBoundIsReadBackAsItsType(Object value) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();

        Object back = now(Flux.from(
                        connection.createStatement("select ?").bind(0, value).execute())
                .concatMap(r -> r.map((row, metadata) -> (Object) row.get(0, type)))
                .single());

        assertThat(back).isEqualTo(value);
    }

    @Test
    void bytesComeBackAsArrayBufferAndStream() {
        byte[] bytes = new byte[200_000];
        new java.util.Random(1).nextBytes(bytes);
        now(run(connection, "create table b(v blob)"));
        now(run(connection, "insert into b values (?)", ByteBuffer.wrap(bytes)));

        assertThat(read("select v from b", byte[].class)).isEqualTo(bytes);
        assertThat(read("select v from b", ByteBuffer.class)).isEqualTo(ByteBuffer.wrap(bytes));
        Blob blob = read("select v from b", Blob.class);
        assertThat(now(Flux.from(blob.stream()).map(ByteBuffer::remaining).reduce(Integer::sum)))
                .isEqualTo(200_000);
        assertThat(read("select x''", byte[].class)).isEmpty();
    }

    @Test
    void streamsAreReadIntoMemoryWhenTheStatementRuns() {
        now(run(connection, "create table b(v, w)"));
        Blob blob = Blob.from(Flux.just(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap(new byte[] {3})));
        Clob clob = Clob.from(Flux.just("ab", "c"));
        now(run(connection, "insert into b values (?, ?)", blob, clob));

        assertThat(read("select v from b", byte[].class)).containsExactly(1, 2, 3);
        assertThat(read("select w from b", String.class)).isEqualTo("abc");
        Clob back = read("select w from b", Clob.class);
        assertThat(now(Flux.from(back.stream()).map(CharSequence::toString).single()))
                .isEqualTo("abc");
    }

    @Test
    void theDeclaredTypeChoosesTheDefaultAndTheStorageClassWinsWhereItDiffers() {
        now(run(
                connection,
                "create table d(i integer, b bigint, f boolean, r real, t text, day date, ts timestamp, x blob)"));
        now(run(connection, "insert into d values (1, 1, 1, 2, 'a', '2024-02-29', '2024-02-29 01:02:03', x'01')"));
        now(run(connection, "insert into d values (5000000000, 1, 7, 'no', 1, 'soon', 5, 'text')"));

        assertThat(look("select * from d limit 1", ValuesIT::defaults))
                .containsExactly(
                        1,
                        1L,
                        true,
                        2.0,
                        "a",
                        LocalDate.of(2024, 2, 29),
                        LocalDateTime.of(2024, 2, 29, 1, 2, 3),
                        ByteBuffer.wrap(new byte[] {1}));
        assertThat(look("select * from d limit 1 offset 1", ValuesIT::defaults))
                .containsExactly(5_000_000_000L, 1L, 7L, "no", "1", "soon", 5L, "text");
    }

    private static Object[] defaults(Row row) {
        Object[] values = new Object[8];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        return values;
    }

    @Test
    void askedForAnObjectTheStoredValueIsAnswered() {
        now(run(connection, "create table d(i integer, f boolean)"));
        now(run(connection, "insert into d values (1, 1)"));

        assertThat(read("select i from d", Object.class)).isEqualTo(1L);
        assertThat(read("select f from d", Object.class)).isEqualTo(1L);
        assertThat(read("select x'01'", Object.class)).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
        assertThat(read("select 1.5", Object.class)).isEqualTo(1.5);
    }

    @Test
    void nothingIsConvertedSilently() {
        refused("select 'text' as v", byte[].class, "column v holds TEXT", "[B");
        refused("select x'01' as v", String.class, "column v holds a BLOB", "java.lang.String");
        refused("select 1 as v", String.class, "column v holds an INTEGER", "java.lang.String");
        refused("select '1' as v", Long.class, "column v holds TEXT", "java.lang.Long");
        refused("select 1.5 as v", Long.class, "column v holds a REAL", "java.lang.Long");
        refused("select 5000000000 as v", Integer.class, "INTEGER beyond 32 bits", "java.lang.Integer");
        refused("select 300 as v", Byte.class, "INTEGER", "java.lang.Byte");
        refused("select 2 as v", Boolean.class, "INTEGER", "java.lang.Boolean");
        refused("select 9007199254740993 as v", Double.class, "INTEGER", "java.lang.Double");
        refused("select 'x' as v", UUID.class, "TEXT", "java.util.UUID");
        refused("select 'x' as v", Thread.class, "TEXT", "java.lang.Thread");
    }

    private void refused(String sql, Class<?> type, String... said) {
        assertThatThrownBy(() -> read(sql, type))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(said);
    }

    @Test
    void nullsGoInAndComeOut() {
        Object[] back = now(Flux.from(connection
                        .createStatement("select ?, :b, ?")
                        .bindNull(0, String.class)
                        .bindNull("b", byte[].class)
                        .bind(2, Parameters.in(Integer.class))
                        .execute())
                .concatMap(r -> r.map(
                        (row, metadata) -> new Object[] {row.get(0, String.class), row.get(1, Long.class), row.get(2)}))
                .single());

        assertThat(back).containsOnlyNulls();
    }

    @Test
    void sqlitesOwnTimestampsAreUtc() {
        assertThat(read("select '2024-02-29 01:02:03'", Instant.class))
                .isEqualTo(Instant.parse("2024-02-29T01:02:03Z"));
        assertThat(read("select '2024-02-29T01:02:03+05:00'", Instant.class))
                .isEqualTo(Instant.parse("2024-02-28T20:02:03Z"));
    }

    @Test
    void columnsAreFoundWhateverTheCaseOfTheirNames() {
        now(run(connection, "create table c(Id integer, NAME varchar(10))"));
        now(run(connection, "insert into c values (1, 'a')"));
        look("select Id, NAME, Id as name from c", row -> {
            assertThat(row.get("name")).isEqualTo("a");
            assertThat(row.getMetadata().contains("ID")).isTrue();
            assertThat(row.getMetadata().contains("x")).isFalse();
            assertThat(row.getMetadata().getColumnMetadata("id").getJavaType()).isEqualTo(Integer.class);
            assertThat(row.getMetadata().getColumnMetadata(1).getNativeTypeMetadata())
                    .isEqualTo("varchar(10)");
            assertThat(row.getMetadata().getColumnMetadata(1).getNullability()).isEqualTo(Nullability.UNKNOWN);
            assertThatThrownBy(() -> row.get("nobody")).isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(() -> row.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
            return true;
        });
    }

    @Test
    void aRowCannotBeReadOutsideItsMappingFunction() {
        Row row = look("select 1", r -> r);

        assertThatThrownBy(() -> row.get(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRowOfASegmentLivesLonger() {
        Row row = now(Flux.from(connection.createStatement("select 'kept'").execute())
                .concatMap(r -> r.flatMap(s -> Mono.just(((io.r2dbc.spi.Result.RowSegment) s).row())))
                .single());

        assertThat(row.get(0)).isEqualTo("kept");
    }
}
