// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class QuickstartIT {

    @TempDir
    Path folder;

    @Test
    void theProgramReadsStreamsAndCommits() {
        List<String> lines = Quickstart.run(Vectors.copy("mixed.sqlite", folder))
                .collectList()
                .block();

        int stream = lines.indexOf("== the keys below [\"k\"], backwards, in batches of ten");
        int transfer = lines.indexOf("== a checked transfer");
        assertThat(lines.subList(1, stream)).hasSize(129);
        assertThat(lines.subList(stream + 1, transfer)).isNotEmpty().allMatch(keys -> keys.startsWith("[\"k\""));
        assertThat(lines.subList(transfer + 2, lines.size()))
                .satisfiesExactly(
                        moves -> assertThat(moves)
                                .contains("30 from alice to bob: Committed")
                                .contains("50 more, on what was seen before: Conflict[failedChecks=[0, 1]]"),
                        alice -> assertThat(alice).isEqualTo("[\"account\", \"alice\"] = 70"),
                        bob -> assertThat(bob).isEqualTo("[\"account\", \"bob\"] = 30"));
    }

    @Test
    void theDatabaseIsClosedWhenTheProgramIsCancelled() {
        Path copy = Vectors.copy("mixed.sqlite", folder);
        Quickstart.run(copy).take(3).blockLast();
        assertThat(Quickstart.run(copy).collectList().block()).isNotEmpty();
        // Nobody waits for the end of what was cancelled, but it comes.
        Boolean isAlone = Mono.fromSupplier(
                        () -> List.of(folder.toFile().list()).equals(List.of("mixed.sqlite")))
                .repeatWhen(looked -> looked.delayElements(Duration.ofMillis(10)))
                .any(alone -> alone)
                .block(Duration.ofSeconds(30));
        assertThat(isAlone).isTrue();
    }
}
