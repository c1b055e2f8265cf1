// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** JDBC behind {@code boundedElastic}, with a pool for reads and one connection for writes: what one writes without a reactive driver. */
public final class ElasticPeer {

    private static final int READERS = 8;

    private ElasticPeer() {}

    /**
     * Does the work and prints what was done.
     *
     * @param args see {@link Work}
     * @throws Exception when SQLite fails
     */
    public static void main(String[] args) throws Exception {
        Work work = Work.parse(args);
        BlockingQueue<Jdbc> readers = pool(work.target(), READERS);
        BlockingQueue<Jdbc> writer = pool(work.target(), 1);
        Meter meter = new Meter(work);
        for (int i = 0; i < work.inFlight(); i++) {
            Mono.defer(() -> one(work, readers, writer))
                    .doOnSuccess(done -> meter.count())
                    .repeat(() -> !meter.isOver())
                    .subscribe(done -> {}, error -> {
                        error.printStackTrace();
                        System.exit(1);
                    });
        }
        meter.report();
        System.exit(0);
    }

    private static BlockingQueue<Jdbc> pool(String file, int size) throws SQLException {
        BlockingQueue<Jdbc> pool = new ArrayBlockingQueue<>(size);
        for (int i = 0; i < size; i++) {
            pool.add(new Jdbc(file));
        }
        return pool;
    }

    private static Mono<?> one(Work work, BlockingQueue<Jdbc> readers, BlockingQueue<Jdbc> writer) {
        int i = ThreadLocalRandom.current().nextInt(work.entries());
        return Mono.fromCallable(() -> switch (work.kind()) {
                    case GET -> {
                        Jdbc jdbc = readers.take();
                        try {
                            yield jdbc.get(Data.entry(i));
                        } finally {
                            readers.add(jdbc);
                        }
                    }
                    case SET -> {
                        Jdbc jdbc = writer.take();
                        try {
                            jdbc.set(Data.entry(i), Data.value(i, work.valueBytes()));
                            yield i;
                        } finally {
                            writer.add(jdbc);
                        }
                    }
                    default -> throw new IllegalArgumentException(work.kind().toString());
                })
                .subscribeOn(Schedulers.boundedElastic())
                .publishOn(Schedulers.parallel());
    }
}
