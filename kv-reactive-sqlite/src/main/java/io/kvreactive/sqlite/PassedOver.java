// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.spi.KvObserver;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Rows of a queue table that cannot be messages. They stay where they are, are told to the observer once, and do not stand in the way. */
final class PassedOver {

    /** More are no accident, and would have to be read past every time. */
    private static final int MOST = 10_000;

    private final Path path;
    private final KvObserver observer;
    private final Set<QueueTable.Place> places = ConcurrentHashMap.newKeySet();

    PassedOver(Path path, KvObserver observer) {
        this.path = path;
        this.observer = observer;
    }

    boolean contains(QueueTable.Place place) {
        return places.contains(place);
    }

    int size() {
        return places.size();
    }

    void add(StoredMessage message) {
        if (places.size() == MOST) {
            throw new KvDatabaseException(
                    "the queue of " + path + " has more than " + MOST
                            + " rows that are no messages; remove them, or restore a backup",
                    null);
        }
        if (places.add(message.place())) {
            observer.messageSkipped(
                    message.id(),
                    new KvDatabaseException(
                            "the message " + message.id() + " in the queue of " + path + " is no message: "
                                    + message.defect() + "; it is passed over until it is repaired or removed",
                            null));
        }
    }
}
