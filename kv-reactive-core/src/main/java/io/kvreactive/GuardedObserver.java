// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.KvOperation;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** An observer of the user's whose errors change nothing: what it throws is dropped. */
final class GuardedObserver implements KvObserver {

    private final KvObserver observer;

    private GuardedObserver(KvObserver observer) {
        this.observer = observer;
    }

    static KvObserver around(KvObserver observer) {
        return KvObserver.NONE.equals(observer) || observer instanceof GuardedObserver
                ? observer
                : new GuardedObserver(observer);
    }

    @Override
    public KvObservation begun(KvOperation operation, ContextView context) {
        KvObservation observation = guarded(() -> observer.begun(operation, context), KvObservation.NONE);
        return KvObservation.NONE.equals(observation) ? observation : new Guarded(observation);
    }

    @Override
    public void measured(KvMeasure measure, long value) {
        guarded(() -> observer.measured(measure, value));
    }

    @Override
    public Disposable gauge(KvMeasure measure, String part, LongSupplier value) {
        Disposable registration = guarded(() -> observer.gauge(measure, part, value), Disposables.disposed());
        return () -> guarded(registration::dispose);
    }

    @Override
    public void entrySkipped(KvDecodeException error) {
        guarded(() -> observer.entrySkipped(error));
    }

    @Override
    public void transactionRetried(int attempt, KvConflictException conflict) {
        guarded(() -> observer.transactionRetried(attempt, conflict));
    }

    @Override
    public void messageUndecodable(String id, int retriesLeft, KvDecodeException error) {
        guarded(() -> observer.messageUndecodable(id, retriesLeft, error));
    }

    @Override
    public void handlerFailed(String id, int retriesLeft, Throwable error) {
        guarded(() -> observer.handlerFailed(id, retriesLeft, error));
    }

    @Override
    public void messageUnsettled(String id, Throwable error) {
        guarded(() -> observer.messageUnsettled(id, error));
    }

    @Override
    public void messageSkipped(String id, KvDatabaseException error) {
        guarded(() -> observer.messageSkipped(id, error));
    }

    @Override
    public void backupProgressed(Path target, long bytes, long expectedBytes) {
        guarded(() -> observer.backupProgressed(target, bytes, expectedBytes));
    }

    @Override
    public void taskFailed(String task, KvException error) {
        guarded(() -> observer.taskFailed(task, error));
    }

    private static void guarded(Runnable call) {
        guarded(
                () -> {
                    call.run();
                    return true;
                },
                false);
    }

    private static <R> R guarded(Supplier<R> call, R otherwise) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            Operators.onErrorDropped(e, Context.empty());
            return otherwise;
        }
    }

    private static final class Guarded implements KvObservation {
        private final KvObservation observation;

        Guarded(KvObservation observation) {
            this.observation = observation;
        }

        @Override
        public Context addTo(Context context) {
            return guarded(() -> observation.addTo(context), context);
        }

        @Override
        public void triedAgain(int attempt) {
            guarded(() -> observation.triedAgain(attempt));
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable error) {
            guarded(() -> observation.ended(outcome, error));
        }
    }
}
