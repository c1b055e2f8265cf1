// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A script of {@code interop/deno} in a Deno of its own, which reports JSON lines. Its errors are in {@code target/deno}. */
final class Deno extends Child {

    private static final Path PROGRAM = Path.of("node_modules", "deno", "deno");
    private static final Path OUTPUT = Path.of("target", "deno");

    private Deno(String name, String script, Object... arguments) throws IOException {
        super(name, OUTPUT, program(script, arguments));
    }

    static Deno start(String script, Object... arguments) throws IOException {
        return new Deno(script, script, arguments);
    }

    /** One of several that run the same script; the script is given the name before the other arguments. */
    static Deno startNamed(String name, String script, Object... arguments) throws IOException {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.add(0, name);
        return new Deno(name, script, all.toArray());
    }

    private static ProcessBuilder program(String script, Object... arguments) {
        assertThat(PROGRAM).as("Deno, which interop/run installs with npm").isExecutable();
        List<String> command = new ArrayList<>(List.of(
                PROGRAM.toAbsolutePath().toString(),
                "run",
                "--quiet",
                "--no-config",
                "--no-lock",
                "--no-remote",
                "--no-npm",
                "--unstable-kv",
                "-A",
                Path.of("deno", script).toString()));
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NO_COLOR", "1");
        builder.environment().put("DENO_NO_UPDATE_CHECK", "1");
        builder.environment().put("DENO_KV_ACCESS_TOKEN", ServerProgram.TOKEN);
        builder.environment()
                .put("DENO_DIR", OUTPUT.resolve("cache").toAbsolutePath().toString());
        return builder;
    }
}
