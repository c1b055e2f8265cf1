// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvException;
import io.kvreactive.spi.KvObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the observer is told of tasks that the database does by itself. */
final class Complaints {

    private final KvObserver observer;
    private final SqliteErrors errors;
    // What fails again and again is told once.
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    Complaints(KvObserver observer, SqliteErrors errors) {
        this.observer = observer;
        this.errors = errors;
    }

    /** A task has failed, and is tried again. */
    void failed(String task, Throwable error) {
        KvException told = errors.translate(task, error);
        if (failing.add(task)) {
            observer.taskFailed(task, told);
        }
    }

    /** A task has succeeded. */
    void succeeded(String task) {
        if (!failing.isEmpty()) {
            failing.remove(task);
        }
    }
}
