// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;

/**
 * The server as a program: {@code java -jar kv-reactive-server-VERSION-standalone.jar --sqlite-path FILE serve --access-token TOKEN}. Its command
 * line is that of the reference server, and more; {@code serve --help} tells all of it. It needs picocli and the SQLite backend, which the
 * standalone jar has within.
 */
public final class Main {

    /** What a logger of the program tells, unless the user says otherwise with system properties. */
    private static final Map<String, String> LOGGING = Map.of(
            "org.slf4j.simpleLogger.defaultLogLevel", "warn",
            "org.slf4j.simpleLogger.log.io.kvreactive", "info",
            // One line for each malformed request would be a way to fill the disk.
            "org.slf4j.simpleLogger.log.reactor.netty.http.server.HttpServerOperations", "error",
            "org.slf4j.simpleLogger.showDateTime", "true",
            "org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "org.slf4j.simpleLogger.showThreadName", "false");

    private Main() {}

    /**
     * Runs the program until it is stopped by a signal.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        LOGGING.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(commandLine(out, err).execute(arguments));
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new ServerCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, CommandValues::duration)
                .setParameterExceptionHandler(CommandErrors::ofUsage)
                .setExecutionExceptionHandler(CommandErrors::ofRun);
    }
}
