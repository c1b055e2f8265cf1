// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and keys of one's own for the observations of a {@code Kv}: given to {@link MicrometerObserver.Builder#convention}, or to the registry as a
 * global convention.
 */
public interface KvObservationConvention extends ObservationConvention<KvObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof KvObservationContext;
    }
}
