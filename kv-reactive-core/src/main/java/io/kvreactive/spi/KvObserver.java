// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvDecodeException;

/**
 * Told of what happens inside a {@code Kv} and is not a signal of any publisher. Its methods are called on whatever thread the thing happens
 * on: they must be quick, must not block, and must not throw.
 */
public interface KvObserver {

    /** The observer that takes no notice. */
    KvObserver NONE = new KvObserver() {};

    /**
     * An entry could not be decoded and was left out of a listing, as {@code OnDecodeError.SKIP} asks.
     *
     * @param error why, and of which key
     */
    default void entrySkipped(KvDecodeException error) {}
}
