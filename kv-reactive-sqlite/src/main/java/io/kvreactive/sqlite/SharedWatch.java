// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvClosedException;
import java.util.function.Consumer;
import reactor.core.CoreSubscriber;

/** What those share who watch the same: what is known, and the reads. Its state is touched by its tasks only. */
abstract class SharedWatch<T> {

    final SerialTasks tasks;

    // Touched only while the hub's table updates its entry of this.
    private int users;

    SharedWatch(SerialTasks tasks) {
        this.tasks = tasks;
    }

    void enter() {
        users++;
    }

    /** Whether nobody is left. */
    boolean leave() {
        return --users == 0;
    }

    /** Begins one subscription; {@code over} is called when it has ended. */
    abstract void join(CoreSubscriber<? super T> actual, Runnable over);

    /** Somebody may have written anything, or an entry has expired. On any thread; quick. */
    abstract void wake();

    /** Completes all subscriptions. */
    abstract void close();

    /** A read that was sent off has failed, or has found the database closed, which is no failure. */
    static Consumer<Receiver<?>> ending(Throwable error) {
        return error instanceof KvClosedException ? Receiver::complete : receiver -> receiver.fail(error);
    }
}
