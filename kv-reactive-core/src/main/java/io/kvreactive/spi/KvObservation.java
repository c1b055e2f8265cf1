// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What an observer makes of one operation, from its subscription to its end. A backend finds it in Reactor's context with {@link #of}. Its
 * methods are called on whatever thread the thing happens on: they must be quick and must not block. What they throw is dropped.
 */
public interface KvObservation {

    /** Of an operation in which nobody is interested. */
    KvObservation NONE = new KvObservation() {};

    /** How an operation ends. */
    enum Outcome {
        /** As it should. */
        SUCCESS("success"),
        /** A check did not hold: the result, or the error, is a conflict. */
        CONFLICT("conflict"),
        /** With an error: nothing took effect. */
        ERROR("error"),
        /** With an error, and it may or may not have taken effect. */
        UNKNOWN("unknown"),
        /** Its subscriber cancelled; the usual end of a watch. */
        CANCELLED("cancelled");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /**
         * The name for tags and people.
         *
         * @return a word
         */
        public String text() {
            return text;
        }
    }

    /**
     * The observation of the operation that is under way.
     *
     * @param context Reactor's context, of what is subscribed to
     * @return the observation; {@link #NONE} if there is none
     */
    static KvObservation of(ContextView context) {
        return context.hasKey(KvObservation.class) ? context.get(KvObservation.class) : NONE;
    }

    /**
     * Adds to Reactor's context of everything that runs below the operation, so that it belongs to it.
     *
     * @param context the context of the subscriber
     * @return that context, with more in it
     */
    default Context addTo(Context context) {
        return context;
    }

    /**
     * A part of the operation is tried again: a transaction after a conflict, a request after a failure.
     *
     * @param attempt how often this part will have been tried by then: 2 or more
     */
    default void triedAgain(int attempt) {}

    /**
     * The operation has ended. Called once, before the subscriber is told.
     *
     * @param outcome how
     * @param error with what error, if any
     */
    default void ended(Outcome outcome, @Nullable Throwable error) {}
}
