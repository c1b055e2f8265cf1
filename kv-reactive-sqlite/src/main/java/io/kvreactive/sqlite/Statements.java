// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

/** The statements on Deno's tables, {@code docs/spec/sqlite-format.md} section 5. Each has one text, so that it is prepared once. */
final class Statements {

    /** An expired row is as good as gone, whoever collects it. */
    private static final String IS_SHOWN = "(expiration_ms < 0 or expiration_ms > ?)";

    /** Far above the largest value of Deno's: a larger one is no value, and reading it could exhaust the memory. */
    static final int LARGEST_VALUE = 1 << 20;

    /** A value that is too large reads as null, which the column cannot hold. */
    private static final String VALUE = "case when length(v) <= " + LARGEST_VALUE + " then v end";

    private static final String ENTRY = "select " + VALUE + ", v_encoding, version, expiration_ms";

    private static final String ENTRY_WITH_KEY = ENTRY + ", k from kv where ";

    /** Key, now. */
    static final String POINT = ENTRY + " from kv where k = ? and " + IS_SHOWN;

    /** Start, end, now, limit. */
    static final String RANGE = ENTRY_WITH_KEY + "k >= ? and k < ? and " + IS_SHOWN + " order by k limit ?";

    /** Start, end, now, limit. */
    static final String RANGE_REVERSE =
            ENTRY_WITH_KEY + "k >= ? and k < ? and " + IS_SHOWN + " order by k desc limit ?";

    /** Start, end, now, limit. */
    static final String RANGE_VERSIONS =
            "select k, version, expiration_ms from kv where k >= ? and k < ? and " + IS_SHOWN + " order by k limit ?";

    /** Key, now. */
    static final String POINT_VERSION = "select version from kv where k = ? and " + IS_SHOWN;

    /** Key, now. */
    static final String POINT_VALUE = "select " + VALUE + ", v_encoding from kv where k = ? and " + IS_SHOWN;

    /** Nothing. Another number than before if another connection has committed something since this one asked. */
    static final String FOREIGN_COMMITS = "pragma data_version";

    /** Nothing. */
    static final String READ_VERSION = "select version from data_version where k = 0";

    /** Version. */
    static final String WRITE_VERSION = "update data_version set version = ? where k = 0";

    /** Key, value, encoding, version, expiry. Changes nothing if the key has another expiry. */
    static final String POINT_SET_SAME_EXPIRY =
            "insert into kv (k, v, v_encoding, version, expiration_ms) values (?, ?, ?, ?, ?)"
                    + " on conflict (k) do update set v = excluded.v, v_encoding = excluded.v_encoding, version = excluded.version"
                    + " where expiration_ms = excluded.expiration_ms";

    /** Key, value, encoding, version, expiry. */
    static final String POINT_SET = "insert into kv (k, v, v_encoding, version, expiration_ms) values (?, ?, ?, ?, ?)"
            + " on conflict (k) do update set v = excluded.v, v_encoding = excluded.v_encoding,"
            + " version = excluded.version, expiration_ms = excluded.expiration_ms";

    /** Key. */
    static final String POINT_DELETE = "delete from kv where k = ?";

    /** Nothing. Rows with wrong storage classes are not looked at. */
    static final String EARLIEST_EXPIRY = "select expiration_ms from kv where expiration_ms >= 0"
            + " and expiration_ms <= 9223372036854775807 and typeof(expiration_ms) = 'integer' order by expiration_ms limit 1";

    /** Now, how many. The earliest first. */
    static final String COLLECT_EXPIRED = "delete from kv where k in (select k from kv where expiration_ms >= 0"
            + " and expiration_ms <= ? order by expiration_ms limit ?) returning k";

    // The queue. Rows may be there as nobody should have written them: what is too large reads as null, which no column
    // can hold.

    /** As much as two thousand keys of the largest size. */
    private static final int LARGEST_TEXT = 16 << 20;

    private static final String MESSAGE_CONTENT = " id, case when length(data) <= " + LARGEST_VALUE + " then data end,"
            + " case when length(backoff_schedule) <= " + LARGEST_TEXT + " then backoff_schedule end,"
            + " case when length(keys_if_undelivered) <= " + LARGEST_TEXT + " then keys_if_undelivered end";

    private static final String WAITING = "select rowid, ts," + MESSAGE_CONTENT + " from queue ";

    private static final String RUNNING = "select rowid, deadline," + MESSAGE_CONTENT + " from queue_running ";

    /** Ready time, id, payload, backoff schedule, keys if undelivered. */
    static final String QUEUE_ADD =
            "insert or replace into queue (ts, id, data, backoff_schedule, keys_if_undelivered) values (?, ?, ?, ?, ?)";

    /** Now, how many. The earliest first. */
    static final String QUEUE_READY = WAITING + "where ts <= ? order by ts, id limit ?";

    /** Now, how many. The earliest first. */
    static final String QUEUE_READY_PLACES = "select rowid, ts, id from queue where ts <= ? order by ts, id limit ?";

    /** How many. The earliest first. */
    static final String QUEUE_PLACES =
            "select rowid, ts, id from queue where ts <= 9223372036854775807 order by ts, id limit ?";

    /** Row id. */
    static final String QUEUE_ROW = WAITING + "where rowid = ?";

    /** Now. */
    static final String QUEUE_NEXT = "select ts from queue where ts > ? and typeof(ts) = 'integer' order by ts limit 1";

    /** Deadline, row id. */
    static final String QUEUE_TAKE =
            "insert or replace into queue_running (deadline, id, data, backoff_schedule, keys_if_undelivered)"
                    + " select ?, id, data, backoff_schedule, keys_if_undelivered from queue where rowid = ?";

    /** Row id. */
    static final String QUEUE_DELETE = "delete from queue where rowid = ?";

    /** Id. Looks at every row. */
    static final String QUEUE_REMOVE = "delete from queue where id = ?";

    /** New deadline, deadline, id. */
    static final String RUNNING_RENEW =
            "update or replace queue_running set deadline = ? where deadline = ? and id = ?";

    /** Row id. */
    static final String RUNNING_ROW = RUNNING + "where rowid = ?";

    /** Deadline, id. */
    static final String RUNNING_DELETE = "delete from queue_running where deadline = ? and id = ?";

    /** Id. Looks at every row. */
    static final String RUNNING_REMOVE = "delete from queue_running where id = ?";

    /** How many. The earliest first. */
    static final String RUNNING_PLACES =
            "select rowid, deadline, id from queue_running where deadline <= 9223372036854775807 order by deadline, id limit ?";

    /** How many. The earliest first. */
    static final String RUNNING_PEEK = RUNNING + "order by deadline, id limit ?";

    /** How many. The earliest first. */
    static final String QUEUE_PEEK = WAITING + "order by ts, id limit ?";

    /** Now. */
    static final String QUEUE_COUNTS =
            "select (select count(*) from queue where ts <= ?1), (select count(*) from queue where"
                    + " ts > ?1), (select count(*) from queue_running)";

    /** The expiry of an entry that stays. */
    static final long NEVER = -1;

    private Statements() {}
}
