// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A script of {@code interop/deno} in a Node of its own, which reports JSON lines. Its errors are in {@code target/node}. */
final class Node extends Child {

    /** What Node can read and write of values depends on its V8. */
    static final String VERSION = "v20.";

    private static final Path CLIENT = Path.of("node_modules", "@deno", "kv");
    private static final Path OUTPUT = Path.of("target", "node");

    private Node(String name, String script, Object... arguments) throws IOException {
        super(name, OUTPUT, program(script, arguments));
    }

    static Node start(String script, Object... arguments) throws IOException {
        return new Node(script, script, arguments);
    }

    /** One of several that run the same script; the script is given the name before the other arguments. */
    static Node startNamed(String name, String script, Object... arguments) throws IOException {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.add(0, name);
        return new Node(name, script, all.toArray());
    }

    /** Such as {@code v20.20.2}. */
    static String version() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("node", "--version").start();
        String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return version;
    }

    private static ProcessBuilder program(String script, Object... arguments) {
        assertThat(CLIENT).as("@deno/kv, which interop/run installs with npm").isDirectory();
        List<String> command = new ArrayList<>(
                List.of("node", "--no-warnings", Path.of("deno", script).toString()));
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NO_COLOR", "1");
        builder.environment().put("DENO_KV_ACCESS_TOKEN", ServerProgram.TOKEN);
        return builder;
    }
}
