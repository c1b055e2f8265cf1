// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvObservation.Outcome;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.KvOperation;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.util.context.Context;

/** Tells the observer of operations. For one who takes no notice nothing is put around them. */
final class Observed {

    private final KvObserver observer;
    private final String backend;

    Observed(KvObserver observer, String backend) {
        this.observer = observer;
        this.backend = backend;
    }

    /** {@code subject} tells the keys: a key, a list of them, a selector, an atomic operation, or null. */
    <T> Mono<T> one(KvOperation.Kind kind, @Nullable Object subject, Mono<T> operation) {
        return KvObserver.NONE.equals(observer)
                ? operation
                : new ObservedMono<>(operation, observer, new Operation(kind, backend, subject));
    }

    /** As {@link #one}, of an operation with many results. */
    <T> Flux<T> many(KvOperation.Kind kind, @Nullable Object subject, Flux<T> operation) {
        return KvObserver.NONE.equals(observer)
                ? operation
                : new ObservedFlux<>(operation, observer, new Operation(kind, backend, subject));
    }

    private record Operation(
            Kind kind, String backend, @Nullable Object subject) implements KvOperation {

        @Override
        public String keyShape() {
            List<String> shapes =
                    keys().map(KeyCodec::types).distinct().limit(2).toList();
            return switch (shapes.size()) {
                case 0 -> "none";
                case 1 -> shapes.get(0);
                default -> "mixed";
            };
        }

        private Stream<byte[]> keys() {
            if (subject instanceof KvKey key) {
                return Stream.of(key.shared());
            }
            if (subject instanceof List<?> keys) {
                return keys.stream().map(key -> ((KvKey) key).shared());
            }
            if (subject instanceof KvSelector selector) {
                return Stream.of(selector.sampleKey());
            }
            return subject instanceof AtomicOperation operation ? operation.keys() : Stream.empty();
        }

        /** The kind and the shape of the key. */
        @Override
        public String toString() {
            return kind.text() + " " + keyShape() + " on " + backend;
        }
    }

    private static final class ObservedMono<T> extends MonoOperator<T, T> {
        private final KvObserver observer;
        private final Operation operation;

        ObservedMono(Mono<T> source, KvObserver observer, Operation operation) {
            super(source);
            this.observer = observer;
            this.operation = operation;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            KvObservation observation = observer.begun(operation, actual.currentContext());
            source.subscribe(KvObservation.NONE.equals(observation) ? actual : new Course<>(actual, observation, true));
        }
    }

    private static final class ObservedFlux<T> extends FluxOperator<T, T> {
        private final KvObserver observer;
        private final Operation operation;

        ObservedFlux(Flux<T> source, KvObserver observer, Operation operation) {
            super(source);
            this.observer = observer;
            this.operation = operation;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            KvObservation observation = observer.begun(operation, actual.currentContext());
            source.subscribe(
                    KvObservation.NONE.equals(observation) ? actual : new Course<>(actual, observation, false));
        }
    }

    /** One subscription. Its observation is ended once: by the first of result, error, completion and cancel. */
    private static final class Course<T> extends AtomicBoolean implements CoreSubscriber<T>, Subscription {
        private final transient CoreSubscriber<? super T> actual;
        private final transient KvObservation observation;
        private final transient Context context;
        private final boolean isOver;
        private transient @Nullable Subscription upstream;

        /** {@code isOver}: the operation is over with its first result. */
        Course(CoreSubscriber<? super T> actual, KvObservation observation, boolean isOver) {
            this.actual = actual;
            this.observation = observation;
            this.isOver = isOver;
            this.context = observation.addTo(actual.currentContext().put(KvObservation.class, observation));
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(T value) {
            if (isOver) {
                end(value instanceof CommitResult.Conflict ? Outcome.CONFLICT : Outcome.SUCCESS, null);
            }
            actual.onNext(value);
        }

        @Override
        public void onError(Throwable error) {
            end(outcomeOf(error), error);
            actual.onError(error);
        }

        private static Outcome outcomeOf(Throwable error) {
            if (error instanceof KvConflictException) {
                return Outcome.CONFLICT;
            }
            return error instanceof KvOutcomeUnknownException ? Outcome.UNKNOWN : Outcome.ERROR;
        }

        @Override
        public void onComplete() {
            end(Outcome.SUCCESS, null);
            actual.onComplete();
        }

        @Override
        public void request(long n) {
            if (upstream != null) {
                upstream.request(n);
            }
        }

        @Override
        public void cancel() {
            end(Outcome.CANCELLED, null);
            if (upstream != null) {
                upstream.cancel();
            }
        }

        private void end(Outcome outcome, @Nullable Throwable error) {
            if (compareAndSet(false, true)) {
                observation.ended(outcome, error);
            }
        }
    }
}
