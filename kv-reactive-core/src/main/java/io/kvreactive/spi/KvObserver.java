// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvConflictException;
import io.kvreactive.KvDecodeException;

/**
 * Told of what happens inside a {@code Kv} and is not a signal of any publisher. Its methods are called on whatever thread the thing happens
 * on: they must be quick and must not block. What they throw is dropped.
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

    /**
     * A transaction met a conflict and is about to be run again.
     *
     * @param attempt how many times it has been run
     * @param conflict what it met
     */
    default void transactionRetried(int attempt, KvConflictException conflict) {}

    /**
     * A message could not be decoded, which counts as a failed delivery.
     *
     * @param id the name of the message
     * @param retriesLeft how many deliveries follow; after 0 it is set under its {@code keysIfUndelivered} as it is
     * @param error why
     */
    default void messageUndecodable(String id, int retriesLeft, KvDecodeException error) {}

    /**
     * A handler of messages ended with an error, which counts as a failed delivery.
     *
     * @param id the name of the message
     * @param retriesLeft how many deliveries follow; after 0 it is set under its {@code keysIfUndelivered}
     * @param error what the handler ended with
     */
    default void handlerFailed(String id, int retriesLeft, Throwable error) {}

    /**
     * A message could not be settled; it is delivered again when its lease is over.
     *
     * @param id the name of the message
     * @param error why
     */
    default void messageUnsettled(String id, Throwable error) {}
}
