// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;

/** A process that writes to a file as fast as it can, until it is killed: the same number under two keys, in one commit. */
final class WithoutPause {

    private WithoutPause() {}

    public static void main(String[] args) {
        Kv kv = Kv.create(
                "sqlite:" + args[0],
                KvOptions.builder()
                        .with(SqliteOptions.builder()
                                .synchronous(SqliteOptions.Synchronous.NORMAL)
                                .build())
                        .build());
        for (int i = 1; ; i++) {
            kv.atomic()
                    .set(KvKey.of("a", "left"), i)
                    .set(KvKey.of("z", "right"), i)
                    .commitOrThrow()
                    .block();
        }
    }
}
