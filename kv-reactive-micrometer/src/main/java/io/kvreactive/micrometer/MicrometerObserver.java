// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.kvreactive.KvConflictException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvException;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.KvOperation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.Kind;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Makes an observation of every operation of a {@code Kv}, and meters of what happens inside.
 *
 * <pre>{@code
 * Kv kv = Kv.create("orders.sqlite", KvOptions.builder()
 *         .observer(MicrometerObserver.builder().observationRegistry(observations).meterRegistry(meters).database("orders").build())
 *         .build());
 * }</pre>
 *
 * <p>An observation is a child of the one in Reactor's context, where WebFlux and Reactor Netty put theirs, or else of the current one of the
 * subscribing thread. It is itself put into the context of what runs below. Several databases need several observers, with names of their own:
 * meters of one name are one meter. Immutable and thread-safe; all its work is done on the thread that tells it.
 */
public final class MicrometerObserver implements KvObserver {

    /** Of a program with one database. */
    public static final String DEFAULT_DATABASE = "kv";

    private final ObservationRegistry observations;
    private final Meters meters;
    private final String database;
    private final @Nullable KvObservationConvention convention;

    private MicrometerObserver(Builder builder) {
        this.observations = builder.observations;
        this.meters = new Meters(builder.meters, builder.database);
        this.database = builder.database;
        this.convention = builder.convention;
    }

    /**
     * A builder that begins without registries, so that nothing is told.
     *
     * @return a builder; not thread-safe
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public KvObservation begun(KvOperation operation, ContextView context) {
        if (observations.isNoop()) {
            return KvObservation.NONE;
        }
        KvObservationDocumentation documentation = StandardConvention.documentation(operation);
        boolean isMessage = documentation == KvObservationDocumentation.MESSAGE;
        KvObservationContext own =
                new KvObservationContext(operation, database, isMessage ? Kind.CONSUMER : Kind.CLIENT);
        Observation observation =
                Observation.createNotStarted(convention, StandardConvention.of(documentation), () -> own, observations);
        if (observation.isNoop()) {
            return KvObservation.NONE;
        }
        if (isMessage) {
            // The listener's observation never ends, and a message is no part of whatever began it.
            own.setParentObservation(null);
        } else if (context.hasKey(ObservationThreadLocalAccessor.KEY)) {
            own.setParentObservation(context.<Observation>get(ObservationThreadLocalAccessor.KEY));
        }
        return new Observed(observation.start(), own);
    }

    @Override
    public void measured(KvMeasure measure, long value) {
        meters.measured(measure, value);
    }

    @Override
    public Disposable gauge(KvMeasure measure, String part, LongSupplier value) {
        return meters.gauge(measure, part, value);
    }

    @Override
    public void entrySkipped(KvDecodeException error) {
        meters.count(KvMeterDocumentation.ENTRIES_SKIPPED);
    }

    @Override
    public void transactionRetried(int attempt, KvConflictException conflict) {
        meters.count(KvMeterDocumentation.TRANSACTION_RETRIES);
    }

    @Override
    public void messageUndecodable(String id, int retriesLeft, KvDecodeException error) {
        meters.count(KvMeterDocumentation.MESSAGES_UNDECODABLE);
    }

    @Override
    public void handlerFailed(String id, int retriesLeft, Throwable error) {
        meters.count(
                KvMeterDocumentation.MESSAGES_FAILED, KvMeterDocumentation.Tag.FINAL, String.valueOf(retriesLeft == 0));
    }

    @Override
    public void messageUnsettled(String id, Throwable error) {
        meters.count(KvMeterDocumentation.MESSAGES_UNSETTLED);
    }

    @Override
    public void messageSkipped(String id, KvDatabaseException error) {
        meters.count(KvMeterDocumentation.MESSAGES_SKIPPED);
    }

    @Override
    public void taskFailed(String task, KvException error) {
        meters.count(KvMeterDocumentation.TASKS_FAILED, KvMeterDocumentation.Tag.TASK, task);
    }

    private record Observed(Observation observation, KvObservationContext own) implements KvObservation {

        @Override
        public Context addTo(Context context) {
            return context.put(ObservationThreadLocalAccessor.KEY, observation);
        }

        @Override
        public void triedAgain(int attempt) {
            own.triedAgain(attempt);
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable error) {
            own.ended(outcome);
            if (error != null) {
                observation.error(error);
            }
            observation.stop();
        }
    }

    /** Builds a {@link MicrometerObserver}. Not thread-safe. */
    public static final class Builder {
        private ObservationRegistry observations = ObservationRegistry.NOOP;
        private MeterRegistry meters = new CompositeMeterRegistry();
        private String database = DEFAULT_DATABASE;
        private @Nullable KvObservationConvention convention;

        private Builder() {}

        /**
         * Gives observations to the handlers of a registry: for timers and spans. The default is none.
         *
         * @param registry the registry
         * @return this builder
         */
        public Builder observationRegistry(ObservationRegistry registry) {
            this.observations = Objects.requireNonNull(registry, "registry");
            return this;
        }

        /**
         * Keeps meters in a registry. The default is one that keeps nothing.
         *
         * @param registry the registry
         * @return this builder
         */
        public Builder meterRegistry(MeterRegistry registry) {
            this.meters = Objects.requireNonNull(registry, "registry");
            return this;
        }

        /**
         * Names the database in all that is told. The default is {@value MicrometerObserver#DEFAULT_DATABASE}.
         *
         * @param name a short name, one of few
         * @return this builder
         */
        public Builder database(String name) {
            this.database = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Gives observations names and keys of one's own. The default are those of {@link KvObservationDocumentation}, unless the registry has a
         * global convention.
         *
         * @param convention the convention
         * @return this builder
         */
        public Builder convention(KvObservationConvention convention) {
            this.convention = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /**
         * The observer.
         *
         * @return an observer of one database
         */
        public MicrometerObserver build() {
            return new MicrometerObserver(this);
        }
    }
}
