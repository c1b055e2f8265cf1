// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Notices what others have committed to the file, {@code docs/spec/sqlite-format.md} section 8: other processes, and other databases of this
 * one. While somebody wants to know, a reader is asked for SQLite's {@code data_version} from time to time, which reads a page in shared
 * memory; only if it has changed the version counter is read, to tell foreign commits from own ones. Write transactions tell what they meet.
 */
final class ForeignCommits {

    private final ReadLanes readers;
    private final Duration interval;
    private final Listener listener;
    private final Complaints complaints;
    private final AtomicInteger interested = new AtomicInteger();
    private final AtomicBoolean isLooking = new AtomicBoolean();
    // Own commits have told of themselves, and listeners know of foreign ones up to here.
    private final AtomicLong knownVersion = new AtomicLong(-1);
    private volatile boolean isStopped;
    // Touched by one look at a time.
    private long lastSeen = -1;

    ForeignCommits(ReadLanes readers, Duration interval, Listener listener, Complaints complaints) {
        this.readers = readers;
        this.interval = interval;
        this.listener = listener;
        this.complaints = complaints;
    }

    /** Who is told, on whatever thread: he must be quick. */
    interface Listener {

        /** Others may have committed something. {@code isEntries} tells whether entries may be among it. */
        void othersCommitted(boolean isEntries);
    }

    /** Somebody wants to know from here on. */
    void watch() {
        interested.incrementAndGet();
        begin();
    }

    /** Somebody does not want to know any more. */
    void unwatch() {
        interested.decrementAndGet();
    }

    void stop() {
        isStopped = true;
    }

    /** A write transaction has met a version: one that no own transaction has left, maybe. */
    void met(long version) {
        if (isNew(version)) {
            listener.othersCommitted(true);
        }
    }

    /** A write transaction was committed with a version. */
    void left(long version) {
        isNew(version);
    }

    private boolean isNew(long version) {
        return knownVersion.getAndAccumulate(version, Math::max) < version;
    }

    private void begin() {
        if (!isStopped && isLooking.compareAndSet(false, true)) {
            look();
        }
    }

    private void look() {
        readers.onceOnFirst(this::look).subscribe(done -> {}, this::goOnAfter, this::goOn);
    }

    private void goOnAfter(Throwable error) {
        if (!isStopped) {
            complaints.failed("look for commits of others", error);
        }
        goOn();
    }

    private void goOn() {
        Schedulers.parallel().schedule(this::lookAgain, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void lookAgain() {
        if (interested.get() > 0 && !isStopped) {
            look();
            return;
        }
        isLooking.set(false);
        if (interested.get() > 0) {
            begin();
        }
    }

    private Mono<Void> look(SqliteConnection connection) {
        return number(connection, Statements.FOREIGN_COMMITS)
                .filter(seen -> seen != lastSeen)
                .flatMap(seen -> number(connection, Statements.READ_VERSION).doOnNext(version -> {
                    lastSeen = seen;
                    listener.othersCommitted(isNew(version));
                }))
                .then();
    }

    private static Mono<Long> number(SqliteConnection connection, String sql) {
        return Rows.first(connection.createStatement(sql), row -> Rows.number(row, 0, "data_version.version"));
    }
}
