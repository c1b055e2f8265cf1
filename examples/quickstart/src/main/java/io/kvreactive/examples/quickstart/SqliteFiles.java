// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import io.kvreactive.Kv;
import io.kvreactive.KvOptions;
import io.kvreactive.sqlite.SqliteOptions;
import java.nio.file.Path;
import java.time.Duration;

/** The program of {@code docs/sqlite.md}. */
final class SqliteFiles {

    private SqliteFiles() {}

    /** A file that others write too, and whose readers have a large cache. */
    static Kv shared(Path file) {
        SqliteOptions options = SqliteOptions.builder()
                .readers(4)
                .cacheBytes(64L << 20)
                .lockWaitTimeout(Duration.ofSeconds(30))
                .build();
        return Kv.create(file.toString(), KvOptions.builder().with(options).build());
    }
}
