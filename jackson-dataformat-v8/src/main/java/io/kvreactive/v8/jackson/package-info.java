// SPDX-License-Identifier: Apache-2.0
/**
 * V8's structured-clone format as a Jackson data format, like CBOR and Smile: records and beans in, JavaScript objects out, and back.
 *
 * <p>Begin with {@link io.kvreactive.v8.jackson.V8Mapper}. {@link io.kvreactive.v8.jackson.V8Factory} makes parsers and generators for streaming;
 * {@link io.kvreactive.v8.jackson.V8Module} holds the conventions by which Java types become JavaScript's: real Dates, Maps, Sets, Uint8Arrays and
 * bigints.
 *
 * <p>Guarantees: what cannot be carried is refused, never substituted; malformed input of any kind ends in a
 * {@link tools.jackson.core.JacksonException}, in time and memory bounded by the input and by the limits of the factory. Mappers and factories
 * are immutable and safe for use by several threads; parsers and generators are not.
 */
@NullMarked
package io.kvreactive.v8.jackson;

import org.jspecify.annotations.NullMarked;
