// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.RawQueued;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of one of the queue tables, and what is wrong with it. Its arrays are shared. */
final class StoredMessage {

    private static final byte[] NOTHING = new byte[0];

    private final QueueTable.Place place;
    private final byte[] payload;
    private final List<Long> backoff;
    private final List<byte[]> keysIfUndelivered;
    private final @Nullable String defect;

    private StoredMessage(
            QueueTable.Place place,
            byte[] payload,
            List<Long> backoff,
            List<byte[]> keysIfUndelivered,
            @Nullable String defect) {
        this.place = place;
        this.payload = payload;
        this.backoff = backoff;
        this.keysIfUndelivered = keysIfUndelivered;
        this.defect = defect;
    }

    /** The columns are those of {@link Statements#QUEUE_ROW} and its like. */
    static StoredMessage of(Row row) {
        Long time = Rows.read(row, 1, Long.class);
        String id = Rows.read(row, 2, String.class);
        byte[] payload = Rows.read(row, 3, byte[].class);
        String schedule = Rows.read(row, 4, String.class);
        String keys = Rows.read(row, 5, String.class);
        List<Long> backoff = schedule == null ? null : QueueText.readBackoffSchedule(schedule);
        List<byte[]> keysIfUndelivered = keys == null ? null : QueueText.readKeysIfUndelivered(keys);
        return new StoredMessage(
                QueueTable.Place.of(row),
                payload == null ? NOTHING : payload,
                backoff == null ? List.of() : backoff,
                keysIfUndelivered == null ? List.of() : keysIfUndelivered,
                defectOf(time, id, payload, backoff, keysIfUndelivered));
    }

    private static @Nullable String defectOf(
            @Nullable Long time,
            @Nullable String id,
            byte @Nullable [] payload,
            @Nullable List<Long> backoff,
            @Nullable List<byte[]> keysIfUndelivered) {
        if (time == null) {
            return "its time is no integer";
        }
        if (id == null) {
            return "its id is no text";
        }
        if (payload == null) {
            return "its payload is no blob, or larger than " + Statements.LARGEST_VALUE + " bytes";
        }
        if (backoff == null) {
            return "its backoff_schedule is no JSON array of milliseconds";
        }
        return keysIfUndelivered == null ? "its keys_if_undelivered is no JSON array of keys" : null;
    }

    /** When it is ready, or its lease ends: Unix time in milliseconds. */
    long time() {
        return place.time();
    }

    String id() {
        return place.id();
    }

    QueueTable.Place place() {
        return place;
    }

    byte[] payload() {
        return payload;
    }

    /** How long to wait after each failed delivery that is left, in milliseconds. */
    List<Long> backoff() {
        return backoff;
    }

    List<byte[]> keysIfUndelivered() {
        return keysIfUndelivered;
    }

    /** What keeps it from being delivered and settled; null if nothing does. */
    @Nullable
    String defect() {
        return defect;
    }

    RawQueued waiting() {
        return RawQueued.waiting(id(), payload, Instant.ofEpochMilli(time()), backoff.size(), keysIfUndelivered);
    }

    RawQueued running() {
        return RawQueued.running(id(), payload, Instant.ofEpochMilli(time()), backoff.size(), keysIfUndelivered);
    }
}
