// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of the test sources in a Java of its own, on the class path of the tests. Its errors are in {@code target/java}. */
final class JavaMain extends Child {

    private static final Path OUTPUT = Path.of("target", "java");

    private JavaMain(String name, Class<?> main, Object... arguments) throws IOException {
        super(name, OUTPUT, program(main, arguments));
    }

    /** Starts a program, which is given the name before the other arguments. */
    static JavaMain start(String name, Class<?> main, Object... arguments) throws IOException {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.add(0, name);
        return new JavaMain(name, main, all.toArray());
    }

    private static ProcessBuilder program(Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Small and quick to start: several of them share the machine.
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        return new ProcessBuilder(command);
    }
}
