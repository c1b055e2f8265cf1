// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Streams a gigabyte through {@code publishOn(256)} and prints how many bytes came and how many rows were on their way at most. */
public final class HugeScan {

    static final int ROWS = 100_000;
    static final int VALUE = 10_500;

    private HugeScan() {}

    /** Scans the database that the first argument names, in this JVM. */
    public static void main(String[] args) {
        SqliteConnection connection = SqliteConnectionFactory.from(SqliteConnectionConfiguration.builder()
                        .path(java.nio.file.Path.of(args[0]))
                        .build())
                .create()
                .block();
        AtomicLong emitted = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        AtomicLong ahead = new AtomicLong();
        // One table a hundred times over: a result of a gigabyte from a file of ten megabytes.
        Long bytes = Flux.from(connection
                        .createStatement(
                                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100) "
                                        + "select v from n, t")
                        .execute())
                .concatMap(result -> result.map(row -> row.get(0, byte[].class)))
                .doOnNext(value -> emitted.incrementAndGet())
                .publishOn(Schedulers.single(), 256)
                .doOnNext(value -> ahead.accumulateAndGet(emitted.get() - taken.incrementAndGet(), Math::max))
                .map(value -> (long) value.length)
                .reduce(0L, Long::sum)
                .block();
        connection.close().block();
        System.out.println(bytes + " bytes, at most " + ahead.get() + " rows ahead, heap "
                + Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MB");
    }
}
