// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of the tests in processes of their own. What they print can be read. */
final class JavaProcess {

    private JavaProcess() {}

    static Process start(Class<?> program, Object... arguments) throws IOException {
        return start(command(program, arguments));
    }

    /** One that may not write more than four to eight megabytes into a file, in the units of whatever shell there is. */
    static Process startLimited(Class<?> program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 8000; exec \"$@\"", "sh"));
        command.addAll(command(program, arguments));
        return start(command);
    }

    /** One whose system calls of these names are written into a file, one a line, in their order; it needs strace. */
    static Process startTraced(Path trace, String calls, Class<?> program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "-qq", "-e", "signal=none", "-e", "trace=" + calls, "-o", trace.toString()));
        command.addAll(command(program, arguments));
        return start(command);
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static List<String> command(Class<?> program, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }
}
