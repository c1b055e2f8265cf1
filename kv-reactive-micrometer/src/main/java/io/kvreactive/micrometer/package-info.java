// SPDX-License-Identifier: Apache-2.0
/**
 * Observations and meters of a {@code Kv}, with Micrometer. Begin with {@link io.kvreactive.micrometer.MicrometerObserver}, which the options of a
 * {@code Kv} take. Every name that an operator sees stands in {@link io.kvreactive.micrometer.KvObservationDocumentation} or in
 * {@link io.kvreactive.micrometer.KvMeterDocumentation}, and in {@code docs/observability.md}.
 */
@NullMarked
package io.kvreactive.micrometer;

import org.jspecify.annotations.NullMarked;
