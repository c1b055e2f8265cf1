// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvValue;
import io.kvreactive.SetOptions;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Copies of a file that is in use. */
@Timeout(180)
class BackupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SCHEMA = "select name, sql from sqlite_schema order by name";

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("kv.sqlite");
    }

    private Path copy() {
        return folder.resolve("copy.sqlite");
    }

    private Kv open(KvOptions.Builder options) {
        return Kv.create(
                "sqlite:" + file(),
                options.with(SqliteOptions.builder()
                                .synchronous(SqliteOptions.Synchronous.NORMAL)
                                .build())
                        .build());
    }

    private Kv open() {
        return open(KvOptions.builder());
    }

    /** Entries of a kilobyte each. */
    private static void fill(Kv kv, int count) {
        KvValue value = KvValue.copyOf(KvValue.BYTES, new byte[1000]);
        Flux.range(0, count)
                .buffer(500)
                .concatMap(numbers -> {
                    AtomicOperation operation = kv.atomic();
                    for (int number : numbers) {
                        operation = operation.set(KvKey.of("k", number), value);
                    }
                    return operation.commitOrThrow();
                })
                .blockLast(PATIENCE);
    }

    private static void assertSound(Path database) {
        assertThat(Files.query(database, "pragma integrity_check")).containsExactly(List.of("ok"));
    }

    private static List<String> content(Kv kv) {
        return kv.list(KvSelector.prefix().batchSize(500), KvValue.class)
                .map(entry -> entry.key() + " = " + entry.rawValue().hashCode() + " at " + entry.versionstamp()
                        + " until " + entry.expiresAt())
                .collectList()
                .block(PATIENCE);
    }

    private String[] files() {
        return folder.toFile().list((directory, name) -> !name.startsWith("kv.sqlite"));
    }

    @Test
    void theCopyHasEverythingAndIsAFileOfDenos() {
        Kv kv = open();
        fill(kv, 2_000);
        kv.set(KvKey.of("expiring"), 1, SetOptions.expireAt(Instant.parse("2100-01-01T00:00:00Z")))
                .then(kv.enqueue(
                        "message",
                        EnqueueOptions.builder()
                                .keysIfUndelivered(KvKey.of("failed"))
                                .build()))
                .block(PATIENCE);
        long size = kv.backup(copy()).block(PATIENCE);
        assertThat(size).isEqualTo(copy().toFile().length()).isGreaterThan(2_000_000);
        assertThat(files()).containsExactly("copy.sqlite");
        assertSound(copy());
        for (String query : List.of(
                SCHEMA,
                "select * from migration_state",
                "select * from data_version",
                "select ts, id, hex(data), backoff_schedule, hex(keys_if_undelivered) from queue",
                "select count(*), sum(version), sum(expiration_ms), sum(seq) from kv")) {
            assertThat(Files.query(copy(), query)).isEqualTo(Files.query(file(), query));
        }
        Kv copied = Kv.create("sqlite:" + copy());
        assertThat(content(copied)).isEqualTo(content(kv));
        // A version that goes on from that of the copy.
        assertThat(copied.set(KvKey.of("new"), 1).block(PATIENCE))
                .isGreaterThan(kv.get(KvKey.of("expiring")).block(PATIENCE).versionstamp());
        copied.close().then(kv.close()).block(PATIENCE);
    }

    @Test
    void theSchemaThatDenoWroteStaysAsItIs() {
        Path deno = Vectors.copy("queue.sqlite", folder);
        Kv kv = Kv.create("sqlite:" + deno);
        kv.backup(copy()).block(PATIENCE);
        kv.close().block(PATIENCE);
        assertThat(Files.query(copy(), SCHEMA)).isEqualTo(Files.query(deno, SCHEMA));
        for (String table : List.of("kv", "queue", "queue_running", "data_version", "migration_state")) {
            assertThat(Files.query(copy(), "select * from " + table))
                    .isEqualTo(Files.query(deno, "select * from " + table));
        }
    }

    @Test
    void theCopyIsOneSnapshotAndEndsWhileAnotherProcessWritesWithoutPause() throws Exception {
        Kv kv = open();
        fill(kv, 8_000);
        kv.set(KvKey.of("a", "left"), 0).then(kv.set(KvKey.of("z", "right"), 0)).block(PATIENCE);
        Process writer = JavaProcess.start(WithoutPause.class, file());
        try {
            Mono<Integer> counter = kv.get(KvKey.of("a", "left"), Integer.class).map(KvEntry::value);
            int before = counter.repeat().filter(n -> n > 20).blockFirst(PATIENCE);
            kv.backup(copy()).block(PATIENCE);
            // It goes on writing, and so does this process.
            counter.repeat().filter(n -> n > before).blockFirst(PATIENCE);
            assertThat(writer.isAlive()).isTrue();
            kv.set(KvKey.of("own"), 1).block(PATIENCE);
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertSound(copy());
        Kv copied = Kv.create("sqlite:" + copy());
        // The writer sets the first and the last key of the file in one commit.
        KvEntry<Object> left = copied.get(KvKey.of("a", "left")).block(PATIENCE);
        KvEntry<Object> right = copied.get(KvKey.of("z", "right")).block(PATIENCE);
        assertThat(left.value()).isEqualTo(right.value());
        assertThat(left.versionstamp()).isEqualTo(right.versionstamp());
        assertThat(copied.count(KvSelector.prefix("k")).block(PATIENCE)).isEqualTo(8_000);
        copied.close().then(kv.close()).block(PATIENCE);
    }

    @Test
    void readsAndWritesOfTheSameDatabaseDoNotWaitForIt() {
        Kv kv = open();
        fill(kv, 8_000);
        int attempts = 0;
        while (!isServedMeanwhile(kv)) {
            assertThat(attempts++).isLessThan(50);
        }
        kv.close().block(PATIENCE);
    }

    /** Whether a write and a read came to their ends while a backup was under way; it may have been too fast for that. */
    private boolean isServedMeanwhile(Kv kv) {
        AtomicBoolean isWhole = new AtomicBoolean();
        Mono<Long> backup =
                kv.backup(copy()).doOnNext(size -> isWhole.set(true)).cache();
        backup.subscribe();
        while (!isWhole.get() && Arrays.stream(files()).noneMatch(name -> sizeOf(name) > 0)) {
            Thread.onSpinWait();
        }
        kv.set(KvKey.of("n"), 1).then(kv.get(KvKey.of("n"))).block(PATIENCE);
        boolean isMeanwhile = !isWhole.get();
        backup.block(PATIENCE);
        assertThat(copy().toFile().delete()).isTrue();
        return isMeanwhile;
    }

    @Test
    void anObserverIsToldHowFarItIs() {
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        Kv kv = open(KvOptions.builder().observer(new KvObserver() {
            @Override
            public void backupProgressed(Path target, long bytes, long expectedBytes) {
                assertThat(target).isEqualTo(copy());
                assertThat(bytes).isLessThanOrEqualTo(expectedBytes);
                told.add(bytes);
                throw new IllegalStateException("an observer that fails");
            }
        }));
        fill(kv, 1_000);
        long size = kv.backup(copy()).block(PATIENCE);
        // A report that is under way at the end may come after the last one.
        assertThat(told).contains(size);
        assertThat(told.subList(0, told.indexOf(size) + 1)).isSorted();
        kv.close().block(PATIENCE);
    }

    @Test
    void aFileThatExistsIsRefused() throws IOException {
        Kv kv = open();
        kv.set(KvKey.of("k"), 1).block(PATIENCE);
        java.nio.file.Files.writeString(copy(), "");
        for (Path there : List.of(copy(), file())) {
            StepVerifier.create(kv.backup(there))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(KvDatabaseException.class)
                            .hasMessageContaining(there.toString())
                            .hasMessageContaining("exists"))
                    .verify(PATIENCE);
        }
        assertThat(copy()).isEmptyFile();
        StepVerifier.create(kv.backup(folder.resolve("no/such/folder.sqlite")))
                .expectError(KvDatabaseException.class)
                .verify(PATIENCE);
        assertThat(kv.get(KvKey.of("k")).block(PATIENCE)).isNotNull();
        kv.close().block(PATIENCE);
    }

    @Test
    void aCancelStopsItAndLeavesNoFile() {
        Kv kv = open();
        fill(kv, 8_000);
        long whole = kv.backup(copy()).block(PATIENCE);
        assertThat(copy().toFile().delete()).isTrue();
        // Before anything is there, and with less and more of it on the disk.
        for (long bytes : new long[] {-1, 0, 1, whole / 10, whole / 2}) {
            int attempts = 0;
            while (!cancelled(kv, bytes)) {
                // It was faster than the look at it.
                assertThat(attempts++).isLessThan(50);
            }
        }
        kv.set(KvKey.of("k", 1), 1).then(kv.close()).block(PATIENCE);
        assertThat(folder.toFile().list()).containsExactly("kv.sqlite");
    }

    /** Cancels a backup once so much of it is on the disk; false if it ended before that. */
    private boolean cancelled(Kv kv, long bytes) {
        AtomicBoolean isWhole = new AtomicBoolean();
        Disposable running = kv.backup(copy()).subscribe(size -> isWhole.set(true));
        while (bytes >= 0 && !isWhole.get() && Arrays.stream(files()).noneMatch(name -> sizeOf(name) >= bytes)) {
            Thread.onSpinWait();
        }
        running.dispose();
        int[] alone = {0};
        Boolean isOver = Mono.fromSupplier(() -> {
                    String[] left = files();
                    // The cancel met the end on its way: the copy is whole, and nobody was told.
                    alone[0] = Arrays.equals(left, new String[] {"copy.sqlite"}) ? alone[0] + 1 : 0;
                    return left.length == 0 || isWhole.get() || alone[0] > 500;
                })
                .repeatWhen(ended -> ended.delayElements(Duration.ofMillis(2)))
                .any(over -> over)
                .block(PATIENCE);
        assertThat(isOver).isTrue();
        boolean wasLeft = copy().toFile().delete();
        return !isWhole.get() && !wasLeft;
    }

    private long sizeOf(String name) {
        return folder.resolve(name).toFile().length();
    }

    @Test
    void aDiskThatTakesNoMoreIsATypedErrorAndLeavesNothing() throws Exception {
        Kv kv = open();
        fill(kv, 4_000);
        Process limited = JavaProcess.startLimited(LimitedBackup.class, file(), copy());
        String said = new String(limited.getInputStream().readAllBytes());
        assertThat(limited.waitFor()).as(said).isZero();
        assertThat(said).contains(KvDatabaseException.class.getName() + ": backup to " + copy());
        assertThat(files()).isEmpty();
        // And the database itself goes on.
        kv.set(KvKey.of("k", 1), 1).block(PATIENCE);
        assertThat(kv.backup(copy()).block(PATIENCE)).isPositive();
        kv.close().block(PATIENCE);
    }

    /** What the process does that may not write much. */
    static final class LimitedBackup {
        public static void main(String[] args) {
            Kv kv = Kv.create(
                    "sqlite:" + args[0],
                    KvOptions.builder()
                            .with(SqliteOptions.builder()
                                    .access(SqliteOptions.Access.READ_ONLY)
                                    .build())
                            .build());
            Throwable error = kv.backup(Path.of(args[1]))
                    .then(Mono.<Throwable>empty())
                    .onErrorResume(Mono::just)
                    .block(PATIENCE);
            System.out.println(error);
            // What was read before can still be read.
            kv.get(KvKey.of("k", 1)).single().then(kv.close()).block(PATIENCE);
        }
    }

    @Test
    void aDatabaseThatIsOnlyReadIsCopiedToo() {
        Kv writing = open();
        fill(writing, 100);
        Kv reading = Kv.create(
                "sqlite:" + file(),
                KvOptions.builder()
                        .with(SqliteOptions.builder()
                                .access(SqliteOptions.Access.READ_ONLY)
                                .build())
                        .build());
        reading.backup(copy()).block(PATIENCE);
        assertSound(copy());
        assertThat(Files.query(copy(), "select count(*) from kv")).containsExactly(List.of("100"));
        reading.close().then(writing.close()).block(PATIENCE);
    }

    @Test
    void closingWaitsForABackupThatRuns() {
        Kv kv = open();
        fill(kv, 4_000);
        Mono<Long> backup = kv.backup(copy()).cache();
        backup.subscribe();
        kv.close().block(PATIENCE);
        // Either it was not begun, or it has come to its end.
        StepVerifier.create(backup.materialize())
                .assertNext(end -> assertThat(end.hasValue() || end.getThrowable() instanceof KvClosedException)
                        .isTrue())
                .verifyComplete();
        StepVerifier.create(kv.backup(folder.resolve("late.sqlite")))
                .expectError(KvClosedException.class)
                .verify(PATIENCE);
    }

    @Test
    void severalAtOnceDoNotMixUp() {
        Kv kv = open();
        fill(kv, 2_000);
        Flux.range(0, 6).flatMap(i -> kv.backup(folder.resolve("copy" + i))).blockLast(PATIENCE);
        for (int i = 0; i < 6; i++) {
            assertSound(folder.resolve("copy" + i));
        }
        kv.close().block(PATIENCE);
    }
}
