// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.memory.MemoryDatabaseHandler;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseUrl;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** A {@code Kv} over a database of the test's own, for tests in other packages. */
public final class TestKv {

    private TestKv() {}

    public static Kv over(Database database) {
        return DefaultKv.over(Mono.just(database), KvOptions.defaults());
    }

    /** Over a database in memory, with something in between. */
    public static Kv memory(UnaryOperator<Database> wrap) {
        return DefaultKv.over(
                new MemoryDatabaseHandler()
                        .open(DatabaseUrl.parse("memory:"), KvOptions.defaults())
                        .map(wrap),
                KvOptions.defaults());
    }
}
