// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvConflictException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.util.context.ContextView;

/**
 * Told of the operations of a {@code Kv}, of what happens inside of it and is not a signal of any publisher, and of what its backend measures.
 * Its methods are called on whatever thread the thing happens on: they must be quick and must not block. What they throw is dropped; the
 * observer that {@code KvOptions} gives sees to that.
 */
public interface KvObserver {

    /** The observer that takes no notice. Who is given it need not prepare what it would be told. */
    KvObserver NONE = new KvObserver() {};

    /**
     * An operation has been subscribed to, and is about to begin.
     *
     * @param operation what is done
     * @param context Reactor's context of the subscriber
     * @return who is told how it goes on; {@link KvObservation#NONE} for no interest in this one, which is the default
     */
    default KvObservation begun(KvOperation operation, ContextView context) {
        return KvObservation.NONE;
    }

    /**
     * Something was measured.
     *
     * @param measure what; no gauge
     * @param value how much
     */
    default void measured(KvMeasure measure, long value) {}

    /**
     * Something can be measured from now on.
     *
     * @param measure what; a gauge
     * @param part which of several, a short name of a fixed set; empty if there is one only
     * @param value gives the value of the moment, quickly, on any thread
     * @return to be disposed when it cannot be measured any more
     */
    default Disposable gauge(KvMeasure measure, String part, LongSupplier value) {
        return Disposables.disposed();
    }

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

    /**
     * A message is stored in a form that it should not have, and is passed over: it stays in the queue until somebody repairs or removes it.
     *
     * @param id the name of the message, as far as it can be told
     * @param error what is wrong with it
     */
    default void messageSkipped(String id, KvDatabaseException error) {}

    /**
     * Something that the database does by itself could not be done: the renewal of leases, say, or the collection of expired entries. It is
     * tried again until it can be; what fails again and again is told once.
     *
     * @param task what was to be done, a few words
     * @param error why it was not
     */
    default void taskFailed(String task, KvException error) {}

    /**
     * A backup goes on. Told a few times a second, and at its end.
     *
     * @param target the file that is written
     * @param bytes how much of it there is
     * @param expectedBytes how much there will be at the most, as far as one can tell; at the end its size
     */
    default void backupProgressed(Path target, long bytes, long expectedBytes) {}
}
