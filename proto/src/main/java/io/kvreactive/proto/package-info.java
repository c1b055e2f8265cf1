// SPDX-License-Identifier: Apache-2.0
/**
 * The messages of KV Connect's data path ({@code docs/spec/kv-connect.md}), shared by client and server. {@link io.kvreactive.proto.WireMapper}
 * translates between their bytes and the vocabulary of {@code io.kvreactive.spi}, both ways, and is the only one that uses the generated
 * classes in {@link io.kvreactive.proto.Datapath}. What a server answers most, {@link io.kvreactive.proto.ReadAnswerWriter} and
 * {@link io.kvreactive.proto.WatchFrames} write without them. {@link io.kvreactive.proto.KvConnect} has the names that travel in HTTP's part.
 *
 * <p>As in the SPI, arrays are shared, not copied: whoever passes one on, or is given one, never modifies it.
 */
@NullMarked
package io.kvreactive.proto;

import org.jspecify.annotations.NullMarked;
