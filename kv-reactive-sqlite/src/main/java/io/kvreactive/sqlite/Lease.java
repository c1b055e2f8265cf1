// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.RawMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A message that is out: whoever has it has it for himself as long as its deadline in the file is renewed. */
final class Lease implements RawMessage {

    private final StoredMessage message;
    private final BiFunction<Lease, Settlement, Mono<Void>> settle;
    private final AtomicReference<@Nullable Mono<Void>> settlement = new AtomicReference<>();
    // The deadline that its row has; several after renewals of which nobody knows whether they were committed.
    private volatile List<Long> deadlines;
    private volatile boolean isLost;
    private volatile boolean isAbandoned;

    /** {@code settle} does what is asked, once for each subscription. */
    Lease(StoredMessage message, long deadline, BiFunction<Lease, Settlement, Mono<Void>> settle) {
        this.message = message;
        this.settle = settle;
        this.deadlines = List.of(deadline);
    }

    @Override
    public String id() {
        return message.id();
    }

    @Override
    public byte[] payload() {
        return message.payload();
    }

    @Override
    public int retriesLeft() {
        return message.backoff().size();
    }

    @Override
    public Mono<Void> settle(Settlement what) {
        return Mono.defer(() -> {
            Mono<Void> before = settlement.get();
            if (before != null) {
                return before;
            }
            // Goes on when its subscriber cancels: a handled message must not come back.
            Mono<Void> own = settle.apply(this, what).cache();
            settlement.compareAndSet(null, own);
            Mono<Void> first = settlement.get();
            return first == null ? own : first;
        });
    }

    StoredMessage message() {
        return message;
    }

    List<Long> deadlines() {
        return deadlines;
    }

    /** The row may have this deadline from now on. */
    void mayEndAt(long deadline) {
        if (!deadlines.contains(deadline)) {
            List<Long> more = new ArrayList<>(deadlines);
            more.add(deadline);
            deadlines = List.copyOf(more);
        }
    }

    /** The row has this deadline. */
    void endsAt(long deadline) {
        deadlines = List.of(deadline);
    }

    long latestDeadline() {
        return Collections.max(deadlines);
    }

    /** It could not be settled, and is not renewed any more. */
    void abandon() {
        isAbandoned = true;
    }

    boolean isAbandoned() {
        return isAbandoned;
    }

    /** Somebody else has taken the message back. */
    void lose() {
        isLost = true;
    }

    boolean isLost() {
        return isLost;
    }
}
