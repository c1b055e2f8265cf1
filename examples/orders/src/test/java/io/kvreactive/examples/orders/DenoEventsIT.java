// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.examples.orders.Order.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Events of what a Deno program does with the application's file; part of {@code interop/run}, which installs Deno. */
@Tag("deno")
class DenoEventsIT {

    private static final Path DENO = Path.of("..", "..", "interop", "node_modules", "deno", "deno");

    private static final Order ORDER =
            new Order("from-deno", "eve", "sencha", 2, Status.PLACED, Instant.parse("2026-01-02T03:04:05.678Z"));

    @TempDir
    Path folder;

    @Test
    void eventsTellWhatADenoProcessWritesIntoTheSameFile() throws IOException {
        try (Server server = Server.start(file())) {
            Flux<ServerSentEvent<Order>> events = server.client()
                    .get()
                    .uri("/orders/" + ORDER.id() + "/events")
                    .retrieve()
                    .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<Order>>() {})
                    .filter(event -> event.event() != null);
            StepVerifier.create(events)
                    .assertNext(event -> assertThat(event.event()).isEqualTo("absent"))
                    .then(() -> deno("""
                            await kv.set(["orders", "from-deno"], {
                              id: "from-deno", customer: "eve", item: "sencha", quantity: 2, status: "PLACED",
                              placedAt: new Date("2026-01-02T03:04:05.678Z"),
                            });
                            """))
                    .assertNext(event -> assertThat(event.data()).isEqualTo(ORDER))
                    .then(() -> deno("""
                            const { value } = await kv.get(["orders", "from-deno"]);
                            await kv.atomic().set(["orders", "from-deno"], { ...value, status: "CONFIRMED" }).commit();
                            """))
                    .assertNext(event -> assertThat(event.data()).isEqualTo(ORDER.confirmed()))
                    .then(() -> deno("""
                            await kv.delete(["orders", "from-deno"]);
                            """))
                    .assertNext(event -> assertThat(event.event()).isEqualTo("absent"))
                    .thenCancel()
                    .verify(Server.PATIENCE);
        }
        Path summary = Files.createDirectories(Path.of("..", "..", "interop", "target", "summary"));
        Files.writeString(
                summary.resolve("orders.txt"),
                "interop: server-sent events of the orders application: 3 of 3 changes by Deno processes on its file told"
                        + System.lineSeparator());
    }

    private Path file() {
        return folder.resolve("orders.sqlite");
    }

    private void deno(String program) {
        assertThat(DENO).as("Deno, which interop/run installs with npm").isExecutable();
        try {
            Process process = new ProcessBuilder(
                            DENO.toAbsolutePath().toString(),
                            "eval",
                            "--unstable-kv",
                            "const kv = await Deno.openKv(Deno.args[0]);\n" + program + "kv.close();\n",
                            file().toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
