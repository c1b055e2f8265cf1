// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvValue;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.IntSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A write transaction while it is open, as those see it who write in it one after the other: the time, the version, the statements. */
final class WriteTransaction {

    private final SqliteConnection connection;
    private final Instant now;
    private final IntSupplier steps;
    private final long versionBefore;
    private final Aftermath aftermath = new Aftermath();
    private long version;
    private boolean hasWritten;

    WriteTransaction(SqliteConnection connection, Instant now, IntSupplier steps, long version) {
        this.connection = connection;
        this.now = now;
        this.steps = steps;
        this.versionBefore = version;
        this.version = version;
    }

    /** The time of everything in this transaction. */
    Instant now() {
        return now;
    }

    long nowMillis() {
        return now.toEpochMilli();
    }

    Statement statement(String sql) {
        return connection.createStatement(sql);
    }

    /** Runs a statement that writes; the number of rows that it changed. */
    Mono<Long> change(Statement statement) {
        hasWritten = true;
        return Rows.change(statement);
    }

    /** Runs a statement for its rows. */
    <R> Flux<R> rows(Statement statement, Function<Row, R> mapping) {
        return Rows.all(statement, mapping);
    }

    /** The version of the next write, if it takes one. */
    long nextVersion() {
        return version + steps.getAsInt();
    }

    /** From here on this is the version of the database. */
    void takeVersion(long next) {
        version = next;
        hasWritten = true;
    }

    /** The version of the last write that took one, or the one before all. */
    long version() {
        return version;
    }

    /** The version that was met. */
    long versionBefore() {
        return versionBefore;
    }

    boolean hasNewVersion() {
        return version != versionBefore;
    }

    boolean hasWritten() {
        return hasWritten;
    }

    Aftermath aftermath() {
        return aftermath;
    }

    /** Sets an entry. Most sets do not change the expiry: they leave its index alone, which is half of the work. */
    Mono<Void> put(byte[] key, KvValue value, long entryVersion, long expiry) {
        aftermath.wrote(key);
        if (expiry >= 0) {
            aftermath.expires(expiry);
        }
        return change(bind(Statements.POINT_SET_SAME_EXPIRY, key, value, entryVersion, expiry))
                .flatMap(changed -> changed > 0
                        ? Mono.empty()
                        : change(bind(Statements.POINT_SET, key, value, entryVersion, expiry))
                                .then());
    }

    private Statement bind(String sql, byte[] key, KvValue value, long entryVersion, long expiry) {
        return statement(sql)
                .bind(0, key)
                .bind(1, value.unsafeArray())
                .bind(2, value.encoding())
                .bind(3, entryVersion)
                .bind(4, expiry);
    }

    /** Deletes an entry, if there is one. */
    Mono<Void> delete(byte[] key) {
        aftermath.wrote(key);
        return change(statement(Statements.POINT_DELETE).bind(0, key)).then();
    }
}
