// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that does the work. */
enum Contestant {
    OURS("kv-reactive"),
    JDBC("JDBC, one thread"),
    ELASTIC("JDBC, boundedElastic"),
    DENO("Deno"),
    NODE("@deno/kv on Node"),
    LOOP("bare Reactor Netty loop"),
    REDIS("Redis, Lettuce");

    /** What a JVM of a peer is started with; the same for all, so that none has an advantage. */
    private static final List<String> JVM = List.of("-XX:+UseG1GC", "--enable-native-access=ALL-UNNAMED");

    final String title;

    Contestant(String title) {
        this.title = title;
    }

    List<String> command(Work work, Path home, List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        switch (this) {
            case DENO ->
                command.addAll(List.of(
                        home.resolve("node_modules/.bin/deno").toString(),
                        "run",
                        "-A",
                        "--no-config",
                        "--unstable-kv",
                        home.resolve("kv.mjs").toString()));
            case NODE -> command.addAll(List.of("node", home.resolve("kv.mjs").toString()));
            default -> command.addAll(java(mainClass(), jvmOptions));
        }
        command.addAll(work.arguments());
        return command;
    }

    private Class<?> mainClass() {
        return switch (this) {
            case OURS -> KvPeer.class;
            case JDBC -> JdbcPeer.class;
            case ELASTIC -> ElasticPeer.class;
            case LOOP -> LoopPeer.class;
            case REDIS -> RedisPeer.class;
            default -> throw new IllegalArgumentException(title);
        };
    }

    static List<String> java(Class<?> main, List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }
}
