// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import reactor.core.publisher.Flux;

/**
 * What a database on a server shows of its own: {@code kv.unwrap(RemoteDatabase.class)}. Thread-safe.
 */
public interface RemoteDatabase {

    /**
     * What the server says of the database: who it is, where its endpoints are, how long that holds. One exchange with the server serves all
     * subscribers and the database itself; it is repeated ahead of expiry for as long as the database is open.
     *
     * @return hot: the newest metadata at once, if there is any that has not expired, and each that follows; a subscriber who is slow misses
     *     those between. Opens the database if need be. Signals come on the scheduler of the options. Completes when the database is closed;
     *     a {@code KvException} if the server refuses an exchange for good
     */
    Flux<DatabaseMetadata> metadata();
}
