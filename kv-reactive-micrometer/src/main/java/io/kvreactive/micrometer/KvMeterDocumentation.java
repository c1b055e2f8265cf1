// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** The meters besides the timers of the observations. A backend has those that make sense for it. */
public enum KvMeterDocumentation implements MeterDocumentation {

    /** How many writes shared a transaction of the SQLite backend, for each transaction. */
    WRITE_GROUP_SIZE("kv.write.group.size", Meter.Type.DISTRIBUTION_SUMMARY, "writes"),

    /** How many tasks wait for a connection of the SQLite backend, or run on it. */
    LANE_DEPTH("kv.lane.depth", Meter.Type.GAUGE, "tasks", Tag.LANE),

    /** How much waits to be written by the SQLite backend. */
    WRITE_BACKLOG("kv.write.backlog", Meter.Type.GAUGE, "bytes"),

    /** How often the SQLite backend tried again because another process held the lock. */
    LOCK_RETRIES("kv.lock.retries", Meter.Type.COUNTER, "attempts"),

    /** How often the remote backend sent a request again. */
    REQUEST_RETRIES("kv.request.retries", Meter.Type.COUNTER, "attempts"),

    /** How often the remote backend exchanged metadata with the server. */
    METADATA_REFRESHES("kv.metadata.refreshes", Meter.Type.COUNTER, "exchanges"),

    /** How many connections of the remote backend are in use. */
    CONNECTIONS_ACTIVE("kv.connections.active", Meter.Type.GAUGE, "connections"),

    /** How many connections of the remote backend are kept for later. */
    CONNECTIONS_IDLE("kv.connections.idle", Meter.Type.GAUGE, "connections"),

    /** How many requests of the remote backend wait for a connection. */
    CONNECTIONS_PENDING("kv.connections.pending", Meter.Type.GAUGE, "requests"),

    /** How many entries a database in memory holds. */
    ENTRIES("kv.entries", Meter.Type.GAUGE, "entries"),

    /** How many messages the queue holds, when it was last looked at. */
    QUEUE_DEPTH("kv.queue.depth", Meter.Type.GAUGE, "messages", Tag.STATE),

    /** How often a transaction was run again after a conflict. */
    TRANSACTION_RETRIES("kv.transaction.retries", Meter.Type.COUNTER, "attempts"),

    /** How many entries were left out of listings because they could not be read. */
    ENTRIES_SKIPPED("kv.entries.skipped", Meter.Type.COUNTER, "entries"),

    /** How many messages were delivered that could not be read. */
    MESSAGES_UNDECODABLE("kv.messages.undecodable", Meter.Type.COUNTER, "messages"),

    /** How many deliveries of messages failed in their handler, by whether another follows. */
    MESSAGES_FAILED("kv.messages.failed", Meter.Type.COUNTER, "messages", Tag.FINAL),

    /** How many messages could not be settled after they were handled; each is delivered again. */
    MESSAGES_UNSETTLED("kv.messages.unsettled", Meter.Type.COUNTER, "messages"),

    /** How many messages were passed over because of how they are stored. */
    MESSAGES_SKIPPED("kv.messages.skipped", Meter.Type.COUNTER, "messages"),

    /** How often something failed that the database does by itself, such as collecting what has expired. */
    TASKS_FAILED("kv.tasks.failed", Meter.Type.COUNTER, "tasks", Tag.TASK);

    private final String text;
    private final Meter.Type type;
    private final String unit;

    @SuppressWarnings("ImmutableEnumChecker") // never written after, and given away as a copy
    private final KeyName[] keys;

    KvMeterDocumentation(String text, Meter.Type type, String unit, Tag... tags) {
        this.text = text;
        this.type = type;
        this.unit = unit;
        this.keys = new KeyName[tags.length + 1];
        keys[0] = Tag.DATABASE;
        System.arraycopy(tags, 0, keys, 1, tags.length);
    }

    @Override
    public String getName() {
        return text;
    }

    @Override
    public Meter.Type getType() {
        return type;
    }

    @Override
    public String getBaseUnit() {
        return unit;
    }

    @Override
    public KeyName[] getKeyNames() {
        return keys.clone();
    }

    /** What tells meters of one name apart. */
    public enum Tag implements KeyName {

        /** The name of the database, as it was given to the observer; {@code kv} by default. */
        DATABASE("kv.database"),

        /** The connection: {@code write}, {@code read-1}, {@code read-2}, and so on. */
        LANE("kv.lane"),

        /** {@code ready} to be delivered, {@code delayed} until its time, or {@code running}: delivered and not settled. */
        STATE("kv.state"),

        /** {@code true} if that was the last delivery, and the message is now a dead letter, if it has a key for that; else {@code false}. */
        FINAL("kv.final"),

        /** What was to be done, in a few words of a fixed set. */
        TASK("kv.task");

        private final String text;

        Tag(String text) {
            this.text = text;
        }

        @Override
        public String asString() {
            return text;
        }
    }
}
