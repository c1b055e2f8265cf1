// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

/** One operation of a {@code Kv} that somebody has subscribed to, as its {@link KvObserver} is told of it. Immutable. */
public interface KvOperation {

    /**
     * What is done.
     *
     * @return the kind
     */
    Kind kind();

    /**
     * The name of the backend that does it.
     *
     * @return a word, such as {@code sqlite}
     */
    String backend();

    /**
     * What kind of key it is done on: the types of the parts, as {@code [string, number]}, of at most eight of them. Neither parts nor their
     * lengths, so that a program has few of these. Made when it is asked for.
     *
     * @return the shape of the key, prefix or start; that of all keys if they have one; {@code mixed} if they have several, {@code none} if
     *     there is no key
     */
    String keyShape();

    /** What can be done, each kind named as the method of {@code Kv}. */
    enum Kind {
        /** The database is opened, or found open. */
        READY("ready"),
        /** One entry is read. */
        GET("get"),
        /** Several entries are read. */
        GET_MANY("getMany"),
        /** Entries are listed; ends with the last of them. */
        LIST("list"),
        /** A page of a listing is read. */
        PAGE("page"),
        /** Entries are counted. */
        COUNT("count"),
        /** One entry is set. */
        SET("set"),
        /** One entry is deleted. */
        DELETE("delete"),
        /** All entries below a prefix are deleted. */
        DELETE_PREFIX("deletePrefix"),
        /** A message is put into the queue. */
        ENQUEUE("enqueue"),
        /** An atomic operation is committed. */
        COMMIT("commit"),
        /** A transaction is run, as often as it takes, with all that it reads and writes. */
        TRANSACT("transact"),
        /** Keys are watched; ends when the watch does. */
        WATCH("watch"),
        /** All keys below a prefix are watched; ends when the watch does. */
        WATCH_PREFIX("watchPrefix"),
        /** Messages are taken out of the queue; ends when no more are. */
        MESSAGES("messages"),
        /** Messages are given to a handler; ends when no more are. */
        LISTEN_QUEUE("listenQueue"),
        /** One message is handled by the handler of a {@code listenQueue}, whose end is that of the observation. */
        HANDLE("handle"),
        /** The messages of the queue are counted. */
        QUEUE_COUNTS("queue.counts"),
        /** The messages of the queue are looked at. */
        QUEUE_PEEK("queue.peek"),
        /** The database is copied into a file. */
        BACKUP("backup"),
        /** The database is closed. */
        CLOSE("close");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /**
         * The name for tags and people.
         *
         * @return that of the method
         */
        public String text() {
            return text;
        }

        /**
         * Tells whether it goes on until somebody ends it, so that its time says nothing.
         *
         * @return true of watches and listeners
         */
        public boolean isEndless() {
            return this == WATCH || this == WATCH_PREFIX || this == MESSAGES || this == LISTEN_QUEUE;
        }
    }
}
