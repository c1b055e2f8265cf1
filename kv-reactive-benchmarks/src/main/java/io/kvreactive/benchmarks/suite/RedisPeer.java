// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.reactive.RedisReactiveCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Redis through Lettuce, with values as JSON: what one would pick instead. */
public final class RedisPeer {

    private static final JsonMapper JSON = JsonMapper.shared();

    private RedisPeer() {}

    /**
     * Does the work and prints what was done.
     *
     * @param args see {@link Work}; the target is a URL such as {@code redis://localhost:6379}, of an empty server
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws InterruptedException {
        Work work = Work.parse(args);
        RedisReactiveCommands<byte[], byte[]> redis = RedisClient.create(work.target())
                .connect(ByteArrayCodec.INSTANCE)
                .reactive();
        for (int i = 0; i < work.entries(); i += 1_000) {
            int from = i;
            reactor.core.publisher.Flux.range(from, Math.min(1_000, work.entries() - from))
                    .flatMap(n -> redis.set(key(n), value(n, work)), 1_000)
                    .blockLast();
        }
        Meter meter = new Meter(work);
        for (int i = 0; i < work.inFlight(); i++) {
            Mono.defer(() -> one(work, redis))
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

    private static Mono<?> one(Work work, RedisReactiveCommands<byte[], byte[]> redis) {
        int i = ThreadLocalRandom.current().nextInt(work.entries());
        return switch (work.kind()) {
            case GET -> redis.get(key(i)).map(value -> JSON.readValue(value, Object.class));
            case SET -> redis.set(key(i), value(i, work));
            default -> throw new IllegalArgumentException(work.kind().toString());
        };
    }

    private static byte[] key(int i) {
        return Data.entry(i).encoded();
    }

    private static byte[] value(int i, Work work) {
        return JSON.writeValueAsBytes(Data.value(i, work.valueBytes()));
    }
}
