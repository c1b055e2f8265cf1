// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import io.kvreactive.KvKey;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Plain JDBC on one thread: what SQLite itself allows. */
public final class JdbcPeer {

    private JdbcPeer() {}

    /**
     * Does the work and prints what was done.
     *
     * @param args see {@link Work}
     * @throws SQLException when SQLite fails
     */
    public static void main(String[] args) throws SQLException {
        Work work = Work.parse(args);
        SplittableRandom random = new SplittableRandom(1);
        try (Jdbc jdbc = new Jdbc(work.target())) {
            long operations = 0;
            long start = System.nanoTime();
            long warm = start + work.warmUpMillis() * 1_000_000;
            boolean isWarm = false;
            long cpu = 0;
            long now = start;
            while (!isWarm || now - start < work.millis() * 1_000_000) {
                operations += one(work, jdbc, random.nextInt(work.entries()));
                now = System.nanoTime();
                if (!isWarm && now >= warm) {
                    isWarm = true;
                    operations = 0;
                    start = now;
                    cpu = Meter.cpu();
                }
            }
            Meter.print(operations, now - start, Meter.cpu() - cpu);
        }
    }

    private static int one(Work work, Jdbc jdbc, int i) throws SQLException {
        return switch (work.kind()) {
            case GET -> {
                jdbc.get(Data.entry(i));
                yield 1;
            }
            case SET -> {
                jdbc.set(Data.entry(i), Data.value(i, work.valueBytes()));
                yield 1;
            }
            case PAGE -> {
                jdbc.list(KvKey.of("bench"), 100);
                yield 1;
            }
            case LIST -> jdbc.list(KvKey.of("bench"), Integer.MAX_VALUE);
            default -> throw new IllegalArgumentException(work.kind().toString());
        };
    }
}
