// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

/** The names and numbers that KV Connect puts into HTTP ({@code docs/spec/kv-connect.md}, sections 2 to 4). */
public final class KvConnect {

    /** What is appended to the URL of an endpoint to read. */
    public static final String SNAPSHOT_READ_PATH = "/snapshot_read";

    /** What is appended to the URL of an endpoint to write. */
    public static final String ATOMIC_WRITE_PATH = "/atomic_write";

    /** What is appended to the URL of an endpoint to watch. */
    public static final String WATCH_PATH = "/watch";

    /** The type of the metadata exchange's bodies. */
    public static final String JSON_TYPE = "application/json";

    /** The type of the data path's bodies, but for the answer to a watch. */
    public static final String PROTOBUF_TYPE = "application/x-protobuf";

    /** The type of the answer to a watch. */
    public static final String WATCH_TYPE = "application/octet-stream";

    /** Names the database in requests of version 1. */
    public static final String DOMAIN_HEADER = "x-transaction-domain-id";

    /** Names the database in requests of versions 2 and 3. */
    public static final String DATABASE_HEADER = "x-denokv-database-id";

    /** Names the version in requests of versions 2 and 3. */
    public static final String VERSION_HEADER = "x-denokv-version";

    /** The oldest version of the protocol. */
    public static final int OLDEST_VERSION = 1;

    /** The newest version of the protocol. */
    public static final int NEWEST_VERSION = 3;

    /** The first version with the operation to watch. */
    public static final int WATCH_VERSION = 3;

    /** The most bytes of a frame of a watch that a reader accepts, as in Deno: 16 MiB. */
    public static final int MAX_FRAME_BYTES = 16 << 20;

    private KvConnect() {}
}
