// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** What one run of one statement answered. Its effect has taken place, whether or not anybody reads it. */
final class SqliteResult implements Result {

    /** The statement changed nothing that SQLite counts. */
    static final long NO_COUNT = -1;

    private final SqliteSession session;
    private final SqlScript.Piece piece;
    private final long updated;
    private final @Nullable Cursor cursor;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private @Nullable StatementExecution next;

    SqliteResult(SqliteSession session, SqlScript.Piece piece, long updated, @Nullable Cursor cursor) {
        this.session = session;
        this.piece = piece;
        this.updated = updated;
        this.cursor = cursor;
    }

    SqliteSession session() {
        return session;
    }

    @Nullable
    Cursor cursor() {
        return cursor;
    }

    /** Takes the rows for the one reader that may have them. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /**
     * Called when the result has been handed over: leaves no cursor open without a reader. True when a reader is under way, so that the next
     * statement of the same execution has to wait.
     */
    boolean settle(StatementExecution execution, boolean last) {
        Cursor rows = cursor;
        if (rows == null || !rows.isOpen()) {
            return false;
        }
        if (claimed.get()) {
            next = last ? null : execution;
            return !last;
        }
        if (last || execution.cancelled) {
            rows.settle();
        } else {
            // The next statement may change what this one reads.
            rows.readAhead(execution);
        }
        return false;
    }

    /** Whether a reader holds the cursor open. */
    boolean isBeingRead() {
        return cursor != null && cursor.isOpen();
    }

    /** Nobody will see this result. */
    void discard() {
        if (claim() && cursor != null) {
            cursor.close();
        }
    }

    /** The reader has finished. */
    void ended() {
        StatementExecution waiting = next;
        if (waiting != null) {
            next = null;
            waiting.schedule();
        }
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        return new WorkerMono<>(session, false, operation -> {
            if (!claim()) {
                throw consumed();
            }
            if (cursor != null) {
                cursor.close();
            }
            ended();
            return updated == NO_COUNT ? null : updated;
        });
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mappingFunction) {
        if (mappingFunction == null) {
            throw new IllegalArgumentException("mappingFunction must not be null");
        }
        return new Rows<>(this, mappingFunction);
    }

    @Override
    public <T> Flux<T> map(Function<? super Readable, ? extends T> mappingFunction) {
        if (mappingFunction == null) {
            throw new IllegalArgumentException("mappingFunction must not be null");
        }
        return new Rows<>(this, (row, metadata) -> mappingFunction.apply(row));
    }

    @Override
    public Result filter(Predicate<Segment> filter) {
        if (filter == null) {
            throw new IllegalArgumentException("filter must not be null");
        }
        return new FilteredResult(this::segments, filter);
    }

    @Override
    public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mappingFunction) {
        if (mappingFunction == null) {
            throw new IllegalArgumentException("mappingFunction must not be null");
        }
        return segments().concatMap(mappingFunction, 0);
    }

    /** The rows, copied, because a segment lives as long as what it is mapped to; then the count; an error as the last segment. */
    private Flux<Segment> segments() {
        Flux<Segment> rows = new Rows<>(this, (row, metadata) -> new Segments.OfRow(((SqliteRow) row).copy()));
        Flux<Segment> all = updated == NO_COUNT ? rows : rows.concatWithValues(new Segments.Count(updated));
        return all.onErrorResume(io.r2dbc.spi.R2dbcException.class, e -> Mono.just(new Segments.Failure(e)));
    }

    private static IllegalStateException consumed() {
        return new IllegalStateException("the result has been consumed already");
    }

    @Override
    public String toString() {
        return "SqliteResult[" + piece.sql() + "]";
    }

    private static final class Rows<T> extends Flux<T> {

        private final SqliteResult result;
        private final BiFunction<? super Row, ? super RowMetadata, ? extends T> mapping;

        Rows(SqliteResult result, BiFunction<? super Row, ? super RowMetadata, ? extends T> mapping) {
            this.result = result;
            this.mapping = mapping;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            if (!result.claim()) {
                Operators.error(actual, consumed());
                return;
            }
            RowsSubscription<T> subscription = new RowsSubscription<>(actual, result, mapping);
            actual.onSubscribe(subscription);
            if (result.cursor() == null) {
                // The end of no rows needs no demand.
                subscription.schedule();
            }
        }
    }
}
