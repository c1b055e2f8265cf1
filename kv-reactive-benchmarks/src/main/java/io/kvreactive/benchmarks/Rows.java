// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The data that all benchmarks work on: 100,000 rows with keys of 15 bytes and values of 100. */
final class Rows {

    static final int COUNT = 100_000;

    static final String CREATE = """
            create table kv (k blob primary key, v blob not null, v_encoding integer not null, version text not null) without rowid;
            create table data_version (k integer primary key, version integer not null);
            insert into data_version values (0, 1)""";
    static final String INSERT = "insert into kv values (?, ?, 1, '1')";

    static final String GET = "select v from kv where k = ?";
    static final String SCAN = "select k, v from kv where k >= ?";
    static final String BUMP = "update data_version set version = version + 1 where k = 0 returning version";
    static final String SET = """
            insert into kv (k, v, v_encoding, version) values (?, ?, 1, ?)
            on conflict(k) do update set v = excluded.v, version = excluded.version""";

    /** Sets in one transaction. */
    static final int GROUP = 64;

    private static final byte[] PREFIX = {2, 'u', 's', 'e', 'r', 0, 33};

    private final SplittableRandom random = new SplittableRandom(1);

    /** A key that exists, chosen at random. */
    byte[] anyKey() {
        return key(random.nextInt(COUNT));
    }

    static byte[] key(int n) {
        return ByteBuffer.allocate(15).put(PREFIX).putLong(n).array();
    }

    static byte[] value(int n) {
        byte[] value = new byte[100];
        new SplittableRandom(n).nextBytes(value);
        return value;
    }

    static Path folder() {
        try {
            return Files.createTempDirectory("kv-reactive-benchmarks");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
