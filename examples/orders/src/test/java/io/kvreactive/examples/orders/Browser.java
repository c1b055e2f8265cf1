// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Chromium without a window, driven by its DevTools protocol. Its profile and its log are in a folder of the test's. */
final class Browser {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SECONDS = 60;

    private final Process process;
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final WebSocket devTools;
    private int lastId;

    private Browser(Process process, URI devTools) {
        this.process = process;
        this.devTools = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(devTools, new Answers())
                .join();
    }

    /** Where Debian's package puts it. */
    static Optional<Path> installed() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser open(Path program, Path folder, String url) throws IOException, InterruptedException {
        Path profile = Files.createDirectories(folder.resolve("profile"));
        Path log = folder.resolve("browser.log");
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--remote-allow-origins=*",
                        "--user-data-dir=" + profile,
                        url)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            return new Browser(process, page(awaitPort(process, profile, log), url));
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static int awaitPort(Process process, Path profile, Path log) throws IOException, InterruptedException {
        Path port = profile.resolve("DevToolsActivePort");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            if (Files.exists(port)) {
                List<String> lines = Files.readAllLines(port);
                if (lines.size() > 1) {
                    return Integer.parseInt(lines.get(0));
                }
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("the browser did not start: " + Files.readString(log));
    }

    /** The browser answers before it has begun to show its page. */
    private static URI page(int port, String url) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        do {
            try (var list = URI.create("http://127.0.0.1:" + port + "/json/list")
                    .toURL()
                    .openStream()) {
                for (JsonNode target : JSON.readTree(list)) {
                    if (target.get("type").asString().equals("page")
                            && target.path("url").asString().startsWith(url)) {
                        return URI.create(target.get("webSocketDebuggerUrl").asString());
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        } while (System.nanoTime() < deadline);
        throw new AssertionError("the browser shows no page of " + url);
    }

    /** The value of an expression within the page; of a promise, when it is kept. */
    String evaluate(String expression) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        JsonNode answer = ask(expression);
        // The page that was asked may just have made place for another.
        while (answer.has("error") && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            answer = ask(expression);
        }
        JsonNode result = answer.path("result");
        if (answer.has("error") || result.has("exceptionDetails")) {
            throw new AssertionError(expression + " failed: " + answer);
        }
        return result.path("result").path("value").asString();
    }

    private JsonNode ask(String expression) throws InterruptedException {
        int id = ++lastId;
        devTools.sendText(
                        JSON.writeValueAsString(Map.of(
                                "id",
                                id,
                                "method",
                                "Runtime.evaluate",
                                "params",
                                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true))),
                        true)
                .join();
        while (true) {
            JsonNode answer = answers.poll(SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer of the page to " + expression);
            }
            if (answer.path("id").asInt() == id) {
                return answer;
            }
        }
    }

    void close() throws InterruptedException {
        devTools.abort();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private final class Answers implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                answers.add(JSON.readTree(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
