// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** The observations, and what each tells. All keys are of low cardinality; none holds a key, a value, or a part of one. */
public enum KvObservationDocumentation implements ObservationDocumentation {

    /** One operation of a Kv, from its subscription to its end. In a trace a span of the kind CLIENT, named {@code kv} and the operation. */
    OPERATION("kv.operation"),

    /**
     * A watch or a listener, from its subscription until somebody ends it. Apart from the operations, because its time says nothing; its long
     * task timer tells how many there are.
     */
    STREAM("kv.stream"),

    /**
     * One message in the hands of a handler of {@code listenQueue}, whose end is that of the observation. In a trace the beginning of a trace of
     * its own, of the kind CONSUMER: the listener's never ends.
     */
    MESSAGE("kv.message");

    private static final KeyName[] KEYS = LowCardinality.values();

    private final String text;

    KvObservationDocumentation(String text) {
        this.text = text;
    }

    @Override
    public String getName() {
        return text;
    }

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
        return StandardConvention.class;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return KEYS.clone();
    }

    /** What each observation tells. */
    public enum LowCardinality implements KeyName {

        /** The name of the database, as it was given to the observer; {@code kv} by default. */
        DATABASE("kv.database"),

        /** The name of the backend: {@code memory}, {@code sqlite}, {@code remote}, or that of another. */
        BACKEND("kv.backend"),

        /** The operation, named as the method of {@code Kv}: {@code get}, {@code list}, {@code commit}, and so on. */
        OPERATION("kv.operation"),

        /** The types of the parts of the key, as {@code [string, number]}; {@code mixed} if keys differ, {@code none} if there is no key. */
        KEY_SHAPE("kv.key.shape"),

        /**
         * How it ended: {@code success}, {@code conflict}, {@code error}, {@code unknown} (it may or may not have taken effect), {@code cancelled};
         * {@code none} while it runs.
         */
        OUTCOME("kv.outcome"),

        /**
         * How often that part of it was tried which was tried most often, a transaction or a request to a server: {@code 1} to {@code 4}, or
         * {@code 5+}; {@code none} while it runs.
         */
        ATTEMPTS("kv.attempts");

        private final String text;

        LowCardinality(String text) {
            this.text = text;
        }

        @Override
        public String asString() {
            return text;
        }
    }
}
