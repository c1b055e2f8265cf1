// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The clients of others against our server, over SQLite and over memory: {@code Deno.openKv} of Deno, over HTTP/2, and {@code @deno/kv} on Node,
 * over HTTP/1.1, run one script of every operation. Each step must give what it gives on Deno's own database; what is the clients' own is listed by
 * name in {@code client-differences.txt}, and nothing is listed that is the same.
 */
class ServerClientsIT {

    private static final int AT_LEAST = 830;
    private static final int WRONG_VERSION_AT_LEAST = 380;
    private static final String WRONG_VERSION =
            "Error: Unable to deserialize cloned data due to invalid or unsupported version.";
    private static final Path TESTDATA = Path.of("..", "testdata");
    private static final String SQLITE = "sqlite";
    private static final String MEMORY = "memory";
    private static final String DENO = "deno";
    private static final String NODE = "node";
    private static final String DENO_READS_NODE = "deno reads node";
    private static final String NODE_READS_DENO = "node reads deno";

    @TempDir
    static Path folder;

    /** What the steps give on Deno's own file. */
    private static Map<String, String> own;

    /** What they give on a server, by its kind and the client. */
    private static final Map<String, Map<String, String>> SERVED = new LinkedHashMap<>();

    @BeforeAll
    static void everybodyRunsTheScript() throws Exception {
        assertThat(Node.version())
                .as("the list of differences is that of Node 20")
                .startsWith(Node.VERSION);
        try (Deno deno = Deno.start("operations.mjs", folder.resolve("own.sqlite"), TESTDATA, DENO)) {
            own = results(deno, "");
        }
        try (ServerProgram server = ServerProgram.start(
                SQLITE,
                "--sqlite-path",
                folder.resolve("deno.sqlite").toString(),
                "--data-dir",
                folder.toString(),
                "--database-token",
                "closed=the-token-of-somebody-else")) {
            run(SQLITE, server);
            SERVED.put(
                    "closed to deno",
                    results(Deno.start("values.mjs", server.url() + "/db/closed", TESTDATA, NODE), ""));
            SERVED.put(
                    "closed to node",
                    results(Node.start("values.mjs", server.url() + "/db/closed", TESTDATA, DENO), ""));
            server.stop();
        }
        try (ServerProgram server = ServerProgram.start(MEMORY, "--sqlite-path", "memory:")) {
            run(MEMORY, server);
        }
    }

    private static void run(String kind, ServerProgram server) throws Exception {
        String deno = server.url();
        String node = server.url() + "/db/node";
        try (Deno first = Deno.start("operations.mjs", deno, TESTDATA, DENO);
                Node second = Node.start("operations.mjs", node, TESTDATA, NODE)) {
            SERVED.put(kind + " " + DENO, results(first, deno));
            SERVED.put(kind + " " + NODE, results(second, node));
        }
        try (Deno first = Deno.start("values.mjs", node, TESTDATA, NODE);
                Node second = Node.start("values.mjs", deno, TESTDATA, DENO)) {
            SERVED.put(kind + " " + DENO_READS_NODE, results(first, node));
            SERVED.put(kind + " " + NODE_READS_DENO, results(second, deno));
        }
    }

    /** What a script reports until its end, the URL of the server hidden, since its port is another each time. */
    private static Map<String, String> results(Child child, String url) throws Exception {
        Map<String, String> results = new LinkedHashMap<>();
        for (JsonNode line : child.rest()) {
            String result = line.get("result").asString();
            results.put(line.get("step").asString(), url.isEmpty() ? result : result.replace(url, "URL"));
        }
        assertThat(child.exitCode()).as(child.errorText()).isZero();
        return results;
    }

    private static Set<String> different(Map<String, String> results) {
        return results.keySet().stream()
                .filter(step -> !results.get(step).equals(own.get(step)))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({"sqlite,deno", "memory,deno", "sqlite,node", "memory,node"})
    void everyStepGivesWhatItGivesOnDenosOwnDatabaseButThoseOfTheList(String kind, String client) throws IOException {
        Map<String, String> results = SERVED.get(kind + " " + client);
        assertThat(results).hasSizeGreaterThan(AT_LEAST).containsOnlyKeys(own.keySet());
        assertThat(different(results))
                .containsExactlyInAnyOrderElementsOf(
                        ClientDifferences.of(client).keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {DENO, NODE, DENO_READS_NODE, NODE_READS_DENO})
    void sqliteAndMemoryAreTheSameForAClient(String who) {
        assertThat(SERVED.get(MEMORY + " " + who)).isEqualTo(SERVED.get(SQLITE + " " + who));
    }

    @Test
    void denoReadsTheValuesThatNodeWroteButThoseOfTheList() throws IOException {
        assertThat(different(SERVED.get(SQLITE + " " + DENO_READS_NODE)))
                .containsExactlyInAnyOrderElementsOf(
                        ClientDifferences.of(DENO_READS_NODE).keySet());
    }

    /** Deno writes version 16 of V8's format, of which Node 20 knows nothing; values that are bytes are in no format. */
    @Test
    void nodeRefusesTheValuesThatDenoWroteButBytes() {
        Map<String, String> read = SERVED.get(SQLITE + " " + NODE_READS_DENO);
        long refused = read.values().stream().filter(WRONG_VERSION::equals).count();
        assertThat(refused).isGreaterThan(WRONG_VERSION_AT_LEAST);
        assertThat(read.values().stream().filter(result -> !result.equals(WRONG_VERSION) && !result.equals("absent")))
                .isNotEmpty()
                .allMatch(result -> result.startsWith("#0= Uint8Array("));
    }

    @ParameterizedTest
    @ValueSource(strings = {DENO, NODE})
    void aWrongTokenIsToldWithTheTextOfTheServer(String client) {
        Map<String, String> results = SERVED.get("closed to " + client);
        assertThat(results).containsOnlyKeys("open");
        assertThat(results.get("open")).contains("401", "access token");
    }

    @Test
    void messagesThatNodeEnqueuedAreInTheFile() {
        Kv kv = Kv.create("sqlite:" + folder.resolve("node.sqlite"));
        assertThat(kv.queue().counts().block().total()).isEqualTo(3);
        kv.close().block();
    }

    @AfterAll
    static void summary() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String client : List.of(DENO, NODE)) {
            Map<String, String> results = SERVED.get(SQLITE + " " + client);
            lines.add("%s: %d steps on the server as on Deno's own database%s"
                    .formatted(
                            client,
                            results.size() - different(results).size(),
                            Summary.named("of its own", ClientDifferences.of(client))));
        }
        Map<String, String> values = SERVED.get(SQLITE + " " + DENO_READS_NODE);
        lines.add("deno reads %d values that node wrote%s"
                .formatted(
                        values.size() - different(values).size(),
                        Summary.named("another way", ClientDifferences.of(DENO_READS_NODE))));
        Summary.print(
                "server-clients", "clients of others, over SQLite and over memory alike: " + String.join("; ", lines));
    }
}
