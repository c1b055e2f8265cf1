// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.AtomicOperation;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.SetOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * What {@link KilledWriterIT} has written: pairs of entries, numbered, each pair in one commit with one more on the counter, a message of its
 * number, and an entry that soon expires.
 */
final class Pairs {

    static final KvKey COUNTER = KvKey.of("pairs");
    static final String PAIR = "pair";
    static final String EXPIRING = "expiring";
    static final String HANDLED = "handled";
    private static final int MOST_MILLIS = 500;
    static final List<String> SIDES = List.of("left", "right");

    // Every 16th fills pages of its own.
    private static final int LARGE = 16;
    private static final int SMALL_BYTES = 40;
    private static final int LARGE_BYTES = 20_000;

    private Pairs() {}

    static AtomicOperation operation(Kv kv, int n) {
        AtomicOperation operation = kv.atomic();
        for (String side : SIDES) {
            operation = operation.set(KvKey.of(PAIR, n, side), Map.of("n", n, "bytes", bytes(n)));
        }
        return operation
                .sum(COUNTER, 1)
                .set(KvKey.of(EXPIRING, n), n, SetOptions.expireIn(Duration.ofMillis(n % MOST_MILLIS)))
                .enqueue(n);
    }

    /** How often the message of a pair was handled. */
    static KvKey handled(int n) {
        return KvKey.of(HANDLED, n);
    }

    /** Handles the messages of pairs, so that each leaves a trace. */
    static Mono<Void> handleMessages(Kv kv) {
        return kv.listenQueue(
                Integer.class,
                message -> kv.atomic().sum(handled(message.value()), 1).commit());
    }

    static int number(KvEntry<Object> entry) {
        return ((Number) entry.key().parts().get(1)).intValue();
    }

    static String side(KvEntry<Object> entry) {
        return (String) entry.key().parts().get(2);
    }

    /** Whether the value is what was written, to the last byte. */
    static boolean isWhole(KvEntry<Object> entry) {
        int n = number(entry);
        return entry.value() instanceof Map<?, ?> value
                && value.get("n").equals(n)
                && Arrays.equals((byte[]) value.get("bytes"), bytes(n));
    }

    private static byte[] bytes(int n) {
        byte[] bytes = new byte[n % LARGE == 0 ? LARGE_BYTES : SMALL_BYTES];
        Arrays.fill(bytes, (byte) n);
        return bytes;
    }
}
