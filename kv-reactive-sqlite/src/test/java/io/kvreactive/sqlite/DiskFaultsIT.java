// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvValue;
import io.kvreactive.spi.AtomicWrite;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A disk that is full, files that are gone, read-only or damaged: a typed error, nothing lost, and the rest goes on. */
@Timeout(180)
class DiskFaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PAGE = 4096;

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("kv.sqlite");
    }

    private Kv kv() {
        return Kv.create("sqlite:" + path);
    }

    private static KvException errorOf(Mono<?> operation) {
        Throwable error = operation
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(PATIENCE);
        assertThat(error).isInstanceOf(KvException.class);
        return (KvException) error;
    }

    private static <T> T await(Mono<T> operation) {
        return operation.block(PATIENCE);
    }

    private static AtomicWrite large(int number) {
        return Files.set(Files.key("large", number), KvValue.copyOf(KvValue.BYTES, new byte[60_000]));
    }

    private static AtomicWrite small(int number) {
        return Files.set(Files.key("small", number), Files.bytes(number));
    }

    private static long count(SqliteDatabase database, String name) {
        return Files.all(database).stream()
                .filter(entry -> KvKey.decode(entry.key()).startsWith(KvKey.of(name)))
                .count();
    }

    /** The errors of operations that come together, each by itself. */
    private static List<Optional<Throwable>> errors(List<? extends Mono<?>> operations) {
        return Flux.fromIterable(operations)
                .flatMapSequential(
                        operation -> operation
                                .then(Mono.just(Optional.<Throwable>empty()))
                                .onErrorResume(error -> Mono.just(Optional.of(error))),
                        256)
                .collectList()
                .block(PATIENCE);
    }

    private static void limitPages(SqliteDatabase database, int most) {
        await(database.writer()
                .maintain(transaction -> transaction
                        .rows(transaction.statement("pragma max_page_count = " + most), row -> 0)
                        .then(Mono.just(0))));
    }

    @Test
    void aFullDiskFailsTheWritesThatDoNotFitAndNoOthers() {
        SqliteDatabase database = Files.open(path);
        limitPages(database, 100);
        int written = 0;
        KvException full = null;
        while (full == null) {
            Optional<Throwable> error =
                    errors(List.of(database.atomicWrite(large(written)))).get(0);
            if (error.isPresent()) {
                full = (KvException) error.get();
            } else {
                written++;
            }
        }
        assertThat(full).isInstanceOf(KvDatabaseException.class).hasMessageContaining("the disk is full");
        assertThat(full.retryable()).isFalse();
        assertThat(written).isPositive();
        assertThat(count(database, "large")).isEqualTo(written);
        // In one group those that fit are written, whatever comes before and after them.
        List<Mono<?>> group = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            group.add(database.atomicWrite(i % 5 == 0 ? large(1000 + i) : small(i)));
        }
        List<Optional<Throwable>> errors = errors(group);
        for (int i = 0; i < 20; i++) {
            assertThat(errors.get(i).isPresent()).isEqualTo(i % 5 == 0);
        }
        assertThat(count(database, "small")).isEqualTo(16);
        assertThat(count(database, "large")).isEqualTo(written);
        // With room again everything goes on.
        limitPages(database, 1_000_000);
        assertThat(Files.commit(database, large(5000)).isCommitted()).isTrue();
        database.close().block(PATIENCE);
        assertThat(Files.query(path, "pragma integrity_check")).containsExactly(List.of("ok"));
    }

    /** Writes until the system refuses, and says what it was told; then reads. */
    static final class Filling {
        public static void main(String[] args) {
            Kv kv = Kv.create("sqlite:" + args[0]);
            KvValue value = KvValue.copyOf(KvValue.BYTES, new byte[60_000]);
            for (int i = 0; ; i++) {
                Throwable error = kv.set(KvKey.of(i), value)
                        .then(Mono.<Throwable>empty())
                        .onErrorResume(Mono::just)
                        .block(PATIENCE);
                if (error != null) {
                    System.out.println("refused " + error.getClass().getSimpleName());
                    break;
                }
                System.out.println("written " + i);
            }
            System.out.println("found " + kv.count(KvSelector.prefix()).block(PATIENCE));
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void whatWasAcknowledgedBeforeTheSystemTookNoMoreIsThere() throws Exception {
        Process filling = JavaProcess.startLimited(Filling.class, path);
        List<String> said =
                new String(filling.getInputStream().readAllBytes()).lines().toList();
        assertThat(filling.waitFor()).as(String.join("\n", said)).isZero();
        int written =
                (int) said.stream().filter(line -> line.startsWith("written")).count();
        assertThat(written).as(String.join("\n", said)).isGreaterThan(10);
        assertThat(said.get(written))
                .isIn(
                        "refused " + KvDatabaseException.class.getSimpleName(),
                        "refused " + KvOutcomeUnknownException.class.getSimpleName());
        assertThat(said.get(written + 1)).isEqualTo("found " + written);
        Kv kv = kv();
        List<Object> keys = await(kv.list(KvSelector.prefix().batchSize(10))
                .map(entry -> entry.key().parts().get(0))
                .collectList());
        // What was refused with an unknown outcome may be there or not.
        assertThat(keys).hasSizeBetween(written, written + 1).contains((long) written - 1);
        await(kv.set(KvKey.of("more"), 1).then(kv.close()));
        assertThat(Files.query(path, "pragma integrity_check")).containsExactly(List.of("ok"));
    }

    private void removeFiles() throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            java.nio.file.Files.deleteIfExists(folder.resolve("kv.sqlite" + suffix));
        }
    }

    @Test
    void aFileThatIsDeletedTakesNoMoreWritesThatWouldBeLost() throws IOException {
        Kv kv = kv();
        await(kv.set(KvKey.of("a"), 1));
        removeFiles();
        assertThat(errorOf(kv.set(KvKey.of("a"), 2)))
                .isInstanceOf(KvDatabaseException.class)
                .hasMessageContaining("deleted or replaced")
                .hasMessageContaining(path.toString());
        assertThat(errorOf(kv.atomic().sum(KvKey.of("n"), 1).commit())).hasMessageContaining("nothing was written");
        // What was read before can still be read.
        assertThat(await(kv.get(KvKey.of("a"))).value()).isEqualTo(1);
        assertThat(await(kv.get(KvKey.of("n")).hasElement())).isFalse();
        kv.close().block(PATIENCE);
        Kv fresh = kv();
        assertThat(await(fresh.set(KvKey.of("a"), 3).then(fresh.get(KvKey.of("a"))))
                        .value())
                .isEqualTo(3);
        fresh.close().block(PATIENCE);
    }

    @Test
    void aFileThatIsReplacedIsNotHarmedByWhoeverHasTheOldOneOpen() throws IOException {
        Kv old = kv();
        Path copy = folder.resolve("copy.sqlite");
        await(old.set(KvKey.of("a"), "copied").then(old.backup(copy)));
        await(old.set(KvKey.of("a"), "after the copy"));
        removeFiles();
        java.nio.file.Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
        Kv restored = kv();
        await(restored.set(KvKey.of("b"), "new"));
        assertThat(errorOf(old.set(KvKey.of("b"), "old"))).isInstanceOf(KvDatabaseException.class);
        // The last to close would write its log back and remove it: of the file that is there now it must not.
        old.close().block(PATIENCE);
        await(restored.set(KvKey.of("c"), "newer"));
        assertThat(Files.query(path, "select count(*) from kv")).containsExactly(List.of("3"));
        restored.close().block(PATIENCE);
        Kv again = kv();
        assertThat(again.list(KvSelector.prefix())
                        .map(KvEntry::value)
                        .collectList()
                        .block(PATIENCE))
                .containsExactly("copied", "new", "newer");
        again.close().block(PATIENCE);
        assertThat(Files.query(path, "pragma integrity_check")).containsExactly(List.of("ok"));
    }

    @Test
    void aFileThatBecomesReadOnlyRefusesWritesAndServesReads() {
        SqliteDatabase database = Files.open(path);
        Files.commit(database, small(1));
        await(database.writer()
                .maintain(transaction -> transaction
                        .rows(transaction.statement("pragma query_only = 1"), row -> 0)
                        .then(Mono.just(0))));
        assertThat(errorOf(database.atomicWrite(small(2))))
                .isInstanceOf(KvDatabaseException.class)
                .hasMessageContaining("read-only");
        assertThat(count(database, "small")).isEqualTo(1);
        database.close().block(PATIENCE);
        SqliteDatabase again = Files.open(path);
        assertThat(Files.commit(again, small(2)).isCommitted()).isTrue();
        again.close().block(PATIENCE);
    }

    @Test
    void aFileThatMayOnlyBeReadIsReadAndNotWritten() throws IOException {
        Kv kv = kv();
        await(kv.set(KvKey.of("a"), 1).then(kv.close()));
        java.nio.file.Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
        // Permissions do not bind whoever is root.
        boolean isBound = !java.nio.file.Files.isWritable(path);
        Kv bound = kv();
        Optional<Throwable> error = errors(List.of(bound.set(KvKey.of("a"), 2))).get(0);
        assertThat(error.isPresent()).isEqualTo(isBound);
        error.ifPresent(told -> assertThat(told).isInstanceOf(KvDatabaseException.class));
        errors(List.of(bound.close()));
        java.nio.file.Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        Kv free = kv();
        assertThat(await(free.get(KvKey.of("a"))).value()).isEqualTo(isBound ? 1 : 2);
        await(free.set(KvKey.of("a"), 3).then(free.close()));
    }

    @Test
    void aFolderInWhichNothingCanBeMadeIsATypedError() throws IOException {
        Kv kv = kv();
        await(kv.set(KvKey.of("a"), 1).then(kv.close()));
        // In the place of the log, which cannot be made then; and in that of its shared memory.
        for (String suffix : List.of("-wal", "-shm")) {
            Path inTheWay = java.nio.file.Files.createDirectory(folder.resolve("kv.sqlite" + suffix));
            Kv hindered = kv();
            assertThat(errorOf(hindered.ready().then(hindered.set(KvKey.of("a"), 2))))
                    .isInstanceOf(KvDatabaseException.class);
            java.nio.file.Files.delete(inTheWay);
            // The same object goes on once it can.
            assertThat(await(hindered.get(KvKey.of("a"))).value()).isEqualTo(1);
            hindered.close().block(PATIENCE);
        }
        assertThat(errorOf(Kv.create("sqlite:/proc/no-file-can-be-made-here.sqlite")
                        .ready()))
                .isInstanceOf(KvDatabaseException.class);
    }

    /** Fills a file, and overwrites the page of the value in its middle; the number of that value. */
    private int damageAPage() throws IOException {
        int size = 3_000;
        Kv kv = kv();
        AtomicOperation operation = kv.atomic();
        for (int i = 0; i < size; i++) {
            operation = operation.set(KvKey.of("k", i), "a value " + i + ".".repeat(50));
            if (i % 500 == 499) {
                await(operation.commitOrThrow());
                operation = kv.atomic();
            }
        }
        kv.close().block(PATIENCE);
        String content = java.nio.file.Files.readString(path, StandardCharsets.ISO_8859_1);
        int at = content.indexOf("a value " + size / 2 + ".");
        assertThat(at).isPositive();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek((long) at / PAGE * PAGE);
            byte[] garbage = new byte[PAGE];
            Arrays.fill(garbage, (byte) 0xEE);
            file.write(garbage);
        }
        return size / 2;
    }

    @Test
    void aDamagedPageFailsTheReadsThatNeedItAndNoOthers() throws IOException {
        int damaged = damageAPage();
        Kv kv = kv();
        assertThat(errorOf(kv.get(KvKey.of("k", damaged))))
                .isInstanceOf(KvDatabaseException.class)
                .hasMessageContaining("damaged");
        List<Mono<?>> together = new ArrayList<>();
        for (int i = damaged - 100; i < damaged + 100; i++) {
            together.add(kv.get(KvKey.of("k", i)));
        }
        List<Optional<Throwable>> errors = errors(together);
        assertThat(errors.stream().filter(Optional::isPresent)).hasSizeBetween(5, 100);
        assertThat(errors.get(0)).isEmpty();
        assertThat(errors.get(100)).isPresent();
        assertThat(errors.get(199)).isEmpty();
        List<KvEntry<Object>> before = new ArrayList<>();
        assertThat(errorOf(kv.list(KvSelector.prefix("k").batchSize(10))
                        .doOnNext(before::add)
                        .then()))
                .isInstanceOf(KvDatabaseException.class);
        assertThat(before).hasSizeBetween(damaged - 100, damaged);
        List<KvEntry<Object>> behind = await(kv.list(KvSelector.prefix("k").start(KvKey.of("k", damaged + 100)))
                .collectList());
        assertThat(behind).hasSize(damaged - 100);
        kv.close().block(PATIENCE);
    }

    @Test
    void aDamagedPageFailsTheWritesThatNeedItAndNoOthers() throws IOException {
        int damaged = damageAPage();
        Kv kv = kv();
        List<Mono<?>> together = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            together.add(kv.set(i == 13 ? KvKey.of("k", damaged) : KvKey.of("k", i), "written"));
        }
        List<Optional<Throwable>> errors = errors(together);
        for (int i = 0; i < 30; i++) {
            assertThat(errors.get(i).isPresent()).as("write %s", i).isEqualTo(i == 13);
        }
        assertThat(errors.get(13).get()).isInstanceOf(KvDatabaseException.class);
        for (int i = 0; i < 30; i++) {
            if (i != 13) {
                assertThat(await(kv.get(KvKey.of("k", i))).value()).isEqualTo("written");
            }
        }
        kv.close().block(PATIENCE);
    }

    @Test
    void aBackupOfADamagedFileIsATypedErrorAndLeavesNothing() throws IOException {
        damageAPage();
        Kv kv = kv();
        assertThat(errorOf(kv.backup(folder.resolve("copy.sqlite")))).isInstanceOf(KvDatabaseException.class);
        kv.close().block(PATIENCE);
        assertThat(folder.toFile().list()).containsExactly("kv.sqlite");
    }

    @Test
    void aVersionCounterThatIsNoNumberStopsWritesUntilItIsRepaired() {
        Kv kv = Kv.create("sqlite:" + path, KvOptions.defaults());
        await(kv.set(KvKey.of("a"), 1));
        Files.sql(path, "update data_version set version = 'many'");
        assertThat(errorOf(kv.set(KvKey.of("a"), 2)))
                .isInstanceOf(KvDatabaseException.class)
                .hasMessageContaining("data_version.version");
        assertThat(await(kv.get(KvKey.of("a"))).value()).isEqualTo(1);
        Files.sql(path, "update data_version set version = 1000");
        assertThat(await(kv.set(KvKey.of("a"), 3)).version()).isGreaterThan(1000);
        kv.close().block(PATIENCE);
    }
}
