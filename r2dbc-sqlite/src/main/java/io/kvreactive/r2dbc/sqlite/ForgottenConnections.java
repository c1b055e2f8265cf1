// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.lang.ref.Cleaner;

/**
 * Closes connections that nobody can reach any more. That is how a connection ends whose subscriber gave up at the very moment in which it was
 * handed over: a publisher cannot tell a value that is used from one that is dropped.
 */
final class ForgottenConnections {

    private static final Cleaner CLEANER = Cleaner.create(work -> {
        Thread thread = new Thread(work, "r2dbc-sqlite-cleaner");
        thread.setDaemon(true);
        return thread;
    });

    private ForgottenConnections() {}

    /**
     * Has the worker closed when the session is unreachable. The thread of a worker that waits for work does not reach its session: only
     * connections, statements, results, subscriptions and queued tasks do.
     */
    static void watch(SqliteSession session, SqliteWorker worker, ExecutionGuard guard, DatabaseHandle handle) {
        CLEANER.register(session, new Close(worker, guard, handle));
    }

    private record Close(SqliteWorker worker, ExecutionGuard guard, DatabaseHandle handle) implements Runnable {

        @Override
        public void run() {
            guard.close();
            // Only the first call counts: nothing happens to a connection that was closed properly.
            worker.stop(handle::close);
        }
    }
}
