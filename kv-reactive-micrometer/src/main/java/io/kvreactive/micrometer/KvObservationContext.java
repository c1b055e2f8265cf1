// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.kvreactive.spi.KvObservation.Outcome;
import io.kvreactive.spi.KvOperation;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/** What an {@link KvObservationConvention} is given: one operation and how it goes. Thread-safe. */
public final class KvObservationContext extends SenderContext<Object> {

    private final KvOperation operation;
    private final String database;
    private final String keyShape;
    private volatile int attempts = 1;
    private volatile @Nullable Outcome outcome;

    KvObservationContext(KvOperation operation, String database, Kind kind) {
        // Nothing is sent along: the file has no place for it, and the HTTP client observes its requests by itself.
        super((carrier, key, value) -> {}, kind);
        this.operation = operation;
        this.database = database;
        this.keyShape = operation.keyShape();
        setRemoteServiceName(database);
    }

    /**
     * What is done.
     *
     * @return the operation
     */
    public KvOperation operation() {
        return operation;
    }

    /**
     * On which database.
     *
     * @return the name that was given to the observer
     */
    public String database() {
        return database;
    }

    /**
     * On what kind of key.
     *
     * @return that of {@link KvOperation#keyShape()}
     */
    public String keyShape() {
        return keyShape;
    }

    /**
     * How often that part was tried which was tried most often.
     *
     * @return 1 or more
     */
    public int attempts() {
        return attempts;
    }

    /**
     * How it ended.
     *
     * @return the outcome, or null while it runs
     */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    void triedAgain(int attempt) {
        // Parts of one operation may run at the same time, but a number that is one too low in such a race harms
        // nobody.
        attempts = Math.max(attempts, attempt);
    }

    void ended(Outcome how) {
        outcome = how;
    }
}
