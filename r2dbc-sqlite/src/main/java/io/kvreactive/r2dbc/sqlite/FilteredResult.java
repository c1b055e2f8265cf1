// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Some of the segments of another result. */
final class FilteredResult implements Result {

    private final Supplier<Flux<Segment>> all;
    private final Predicate<Segment> filter;

    FilteredResult(Supplier<Flux<Segment>> all, Predicate<Segment> filter) {
        this.all = all;
        this.filter = filter;
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        return segments().ofType(UpdateCount.class).map(UpdateCount::value).reduce(Long::sum);
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mappingFunction) {
        if (mappingFunction == null) {
            throw new IllegalArgumentException("mappingFunction must not be null");
        }
        return segments()
                .ofType(RowSegment.class)
                .map(segment ->
                        mappingFunction.apply(segment.row(), segment.row().getMetadata()));
    }

    @Override
    public Result filter(Predicate<Segment> further) {
        if (further == null) {
            throw new IllegalArgumentException("filter must not be null");
        }
        return new FilteredResult(all, filter.and(further));
    }

    @Override
    public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mappingFunction) {
        if (mappingFunction == null) {
            throw new IllegalArgumentException("mappingFunction must not be null");
        }
        return all.get().filter(filter).concatMap(mappingFunction, 0);
    }

    /** An error that the filter lets through ends those who do not look at segments. */
    private Flux<Segment> segments() {
        return all.get()
                .filter(filter)
                .concatMap(
                        segment -> segment instanceof Message message
                                ? Mono.error(message.exception())
                                : Mono.just(segment),
                        0);
    }
}
