// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import java.io.IOException;
import java.nio.file.Path;

/** A process that writes to a file as fast as it can, until it is killed: the same number under two keys, in one commit. */
final class WithoutPause {

    private WithoutPause() {}

    static Process start(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WithoutPause.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

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
