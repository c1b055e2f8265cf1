// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Starts programs, waits for them and reads what they print. */
final class Processes {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Processes() {}

    /** Runs a program that prints one line of JSON at its end. */
    static JsonNode run(List<String> command, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String last = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line;
            }
        }
        int status = process.waitFor();
        if (status != 0 || !last.startsWith("{")) {
            throw new IOException(
                    name(command) + " ended with " + status + ":\n" + last + "\n" + Files.readString(log));
        }
        return JSON.readTree(last);
    }

    /** Starts a server and waits until its port answers. */
    static Process serve(List<String> command, Map<String, String> environment, int port, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        for (int i = 0; i < 300; i++) {
            if (!process.isAlive()) {
                throw new IOException(name(command) + " did not start:\n" + Files.readString(log));
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return process;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        process.destroyForcibly();
        throw new IOException(name(command) + " does not listen on " + port);
    }

    /** A command without the long list of jars. */
    private static String name(List<String> command) {
        return command.stream().filter(word -> !word.contains(".jar:")).collect(Collectors.joining(" "));
    }

    static void stop(Process process) {
        process.destroy();
        try {
            process.onExit().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** The first line that a program prints, or a word for one that is not there. */
    static String firstLine(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String line = lines.readLine();
                process.waitFor();
                return line == null ? "none" : line;
            }
        } catch (IOException | InterruptedException e) {
            return "none";
        }
    }
}
