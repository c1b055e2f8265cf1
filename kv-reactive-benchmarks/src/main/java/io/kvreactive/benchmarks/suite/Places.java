// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where the work is done: a fresh copy of the data for each run, and the server that serves it, if it is served. */
final class Places {

    static final int ENTRIES = 100_000;
    static final int SMALL_ENTRIES = 10_000;

    private static final String TOKEN = "benchmark-token-0123456789";
    private static final int PORT = 45_120;
    private static final List<String> SERVER_HEAP = List.of("-Xms512m", "-Xmx512m");

    private final Path home;
    private final Path folder;
    private final int largeEntries;

    /** {@code home} is the folder of the scripts, {@code folder} that of the data; the largest file has so many entries. */
    Places(Path home, Path folder, int largeEntries) {
        this.home = home;
        this.folder = folder;
        this.largeEntries = largeEntries;
    }

    Map<String, String> environment() {
        return Map.of("DENO_KV_ACCESS_TOKEN", TOKEN);
    }

    int entries(Line.Place place, int valueBytes) {
        return switch (place) {
            case LARGE_FILE -> largeEntries;
            case SMALL_FILE -> SMALL_ENTRIES;
            // Values of 60 KiB are less than a hundred times as many.
            default -> valueBytes > 10_000 ? 2_000 : valueBytes > 1_000 ? 20_000 : ENTRIES;
        };
    }

    /** What a run needs: where its work is, and what is to be stopped after it. */
    record Site(String target, List<Process> servers, Path file) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            for (Process server : servers) {
                Processes.stop(server);
            }
            for (String suffix : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(Path.of(file + suffix));
            }
        }
    }

    Site prepare(Line.Place place, int valueBytes) throws IOException, InterruptedException {
        Path copy = folder.resolve("run.sqlite");
        if (place != Line.Place.CANNED_SERVER && place != Line.Place.REDIS_SERVER) {
            int entries = entries(place, valueBytes);
            Path data = folder.resolve("data-" + entries + "-" + valueBytes + ".sqlite");
            Data.prepare(data, entries, valueBytes);
            Files.copy(data, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        Path log = folder.resolve("server.log");
        String url = "http://127.0.0.1:" + PORT;
        return switch (place) {
            case FILE, LARGE_FILE, SMALL_FILE -> new Site(copy.toString(), List.of(), copy);
            case OUR_SERVER -> new Site(url, List.of(Processes.serve(ourServer(copy), environment(), PORT, log)), copy);
            case REFERENCE_SERVER ->
                new Site(
                        url + "/db/benchmark",
                        List.of(Processes.serve(
                                List.of(
                                        "node",
                                        home.resolve("../../interop/node/reference-server.mjs")
                                                .normalize()
                                                .toString(),
                                        copy.toString(),
                                        Integer.toString(PORT),
                                        TOKEN),
                                // Its engine is the one that is installed for the peers.
                                Map.of("NODE_PATH", home.resolve("node_modules").toString()),
                                PORT,
                                log)),
                        copy);
            case CANNED_SERVER ->
                new Site(
                        url,
                        List.of(Processes.serve(
                                with(Contestant.java(CannedServer.class, SERVER_HEAP), PORT, valueBytes),
                                Map.of(),
                                PORT,
                                log)),
                        copy);
            case REDIS_SERVER ->
                new Site(
                        "redis://127.0.0.1:" + PORT,
                        List.of(Processes.serve(
                                List.of(
                                        "redis-server",
                                        "--port",
                                        Integer.toString(PORT),
                                        "--appendonly",
                                        "yes",
                                        "--appendfsync",
                                        "always",
                                        "--save",
                                        "",
                                        "--dir",
                                        folder.toString()),
                                Map.of(),
                                PORT,
                                log)),
                        copy);
        };
    }

    private static List<String> ourServer(Path file) {
        List<String> command = new ArrayList<>(Contestant.java(Object.class, SERVER_HEAP));
        command.set(command.size() - 1, "io.kvreactive.server.Main");
        command.addAll(List.of(
                "--sqlite-path", file.toString(), "serve", "--addr", "127.0.0.1:" + PORT, "--access-token", TOKEN));
        return command;
    }

    private static List<String> with(List<String> command, Object... more) {
        List<String> all = new ArrayList<>(command);
        for (Object one : more) {
            all.add(one.toString());
        }
        return all;
    }
}
