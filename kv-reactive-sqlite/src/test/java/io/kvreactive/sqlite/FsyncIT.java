// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvConsistency;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.ReadRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * How often the disk is waited for, as the system sees it: by strace, which the profile {@code strace} needs. The program makes a folder
 * between two phases, so that the trace can be cut there.
 */
@Tag("strace")
class FsyncIT {

    private static final int AT_A_TIME = 64;
    private static final int ROUNDS = 10;
    private static final int ALONE = 20;

    private static final Pattern SYNC = Pattern.compile(" f(data)?sync\\(\\d+");
    private static final Pattern MARK = Pattern.compile(" mkdir(at)?\\([^\"]*\"[^\"]*mark-");
    private static final Pattern COMMITTED = Pattern.compile("committed (\\d+)");

    @TempDir
    Path folder;

    /** Writes in phases, and tells after each how many transactions it was. */
    static final class Writer {
        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            SqliteDatabase database = Files.open(
                    folder.resolve("kv.sqlite"),
                    SqliteOptions.builder()
                            .synchronous(SqliteOptions.Synchronous.valueOf(args[1]))
                            .build(),
                    KvOptions.defaults());
            // The log is begun, and nothing is left to be done of the opening.
            Files.commit(database, Files.set(Files.key("first"), Files.bytes(1)));
            Files.awaitStill(database);
            phase(folder, "alone", database, () -> Flux.range(0, ALONE).concatMap(i -> write(database, i)));
            phase(
                    folder,
                    "together",
                    database,
                    () -> Flux.range(0, ROUNDS)
                            .concatMap(round -> Flux.range(0, AT_A_TIME).flatMap(i -> write(database, i), AT_A_TIME)));
            phase(
                    folder,
                    "read",
                    database,
                    () -> Flux.range(0, ALONE)
                            .concatMap(i -> database.snapshotRead(
                                    List.of(ReadRange.point(Files.key(i))), KvConsistency.STRONG)));
            mark(folder, "end");
            database.close().block();
        }

        private static Publisher<?> write(SqliteDatabase database, int number) {
            return database.atomicWrite(Files.set(Files.key(number), Files.bytes(number)));
        }

        private static void phase(Path folder, String name, SqliteDatabase database, Supplier<Flux<?>> work)
                throws IOException {
            mark(folder, name);
            long before = database.writerStatistics().transactionsCommitted();
            work.get().blockLast();
            System.out.println("committed " + (database.writerStatistics().transactionsCommitted() - before));
        }

        private static void mark(Path folder, String name) throws IOException {
            java.nio.file.Files.createDirectory(folder.resolve("mark-" + name));
        }
    }

    /** What happened in each phase. */
    private record Seen(List<Integer> syncs, List<Integer> transactions) {}

    private Seen traced(SqliteOptions.Synchronous synchronous) throws Exception {
        Path trace = folder.resolve("trace");
        Process writer =
                JavaProcess.startTraced(trace, "fsync,fdatasync,mkdir,mkdirat", Writer.class, folder, synchronous);
        String printed = new String(writer.getInputStream().readAllBytes());
        assertThat(writer.waitFor()).as(printed).isZero();
        List<Integer> syncs = new ArrayList<>();
        for (String line : java.nio.file.Files.readAllLines(trace)) {
            if (MARK.matcher(line).find()) {
                syncs.add(0);
            } else if (SYNC.matcher(line).find() && !syncs.isEmpty()) {
                syncs.set(syncs.size() - 1, syncs.get(syncs.size() - 1) + 1);
            }
        }
        assertThat(syncs).as("phases, and the end").hasSize(4);
        List<Integer> transactions = new ArrayList<>();
        for (Matcher matcher = COMMITTED.matcher(printed); matcher.find(); ) {
            transactions.add(Integer.valueOf(matcher.group(1)));
        }
        return new Seen(syncs.subList(0, 3), transactions);
    }

    @Test
    void aTransactionIsOneWaitForTheDiskHoweverManyWritesShareIt() throws Exception {
        Seen seen = traced(SqliteOptions.Synchronous.FULL);
        assertThat(seen.syncs()).isEqualTo(seen.transactions());
        assertThat(seen.syncs().get(0)).isEqualTo(ALONE);
        assertThat(seen.syncs().get(1)).isBetween(ROUNDS, 4 * ROUNDS);
        assertThat(seen.syncs().get(2)).isZero();
        System.out.println(
                "measured: " + ALONE + " sets one by one: " + seen.syncs().get(0) + " syncs; " + ROUNDS + " times "
                        + AT_A_TIME + " concurrent sets: " + seen.syncs().get(1) + " syncs");
    }

    @Test
    void withNormalNoCommitWaitsForTheDisk() throws Exception {
        Seen seen = traced(SqliteOptions.Synchronous.NORMAL);
        assertThat(seen.syncs()).containsOnly(0);
        assertThat(seen.transactions().get(0)).isEqualTo(ALONE);
    }
}
