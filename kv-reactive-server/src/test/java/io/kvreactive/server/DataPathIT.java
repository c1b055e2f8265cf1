// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.ReadAnswer;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.proto.WriteAnswer;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.spi.SumRange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Reads and writes: duties SD1 to SD4, and section 4. */
class DataPathIT {

    private static final byte[] KEY = KvKey.of("a", 1).encoded();
    private static final KvValue TEXT = KvValue.copyOf(KvValue.V8, new byte[] {(byte) 0xFF, 15, '"', 2, 'h', 'i'});
    private static final KvValue FIVE = KvValue.of(KvU64.of(5));
    private static final Versionstamp SEVEN = Versionstamp.ofVersion(7);

    @RegisterExtension
    final TestServers servers = new TestServers();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"supportedVersions\":[1]}", "{\"supportedVersions\":[2]}", "{\"supportedVersions\":[3]}"})
    void readsAndWritesAreServedInEveryVersion(String body) {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/", TestServers.TOKEN, body);
        caller.works(metadata);
        ReadAnswer answer = caller.readWell(
                metadata,
                ReadRange.point(KEY),
                ReadRange.ascending(KvKey.of("w").encoded(), KvKey.of("x").encoded(), 10));
        assertThat(answer.status()).isEqualTo(ReadAnswer.SUCCESS);
        assertThat(answer.isStronglyConsistent()).isTrue();
        assertThat(answer.isReadDisabled()).isFalse();
        assertThat(answer.ranges()).extracting(List::size).containsExactly(0, 1);
        assertThat(caller.readWell(metadata).ranges()).isEmpty();
    }

    @Test
    void headersThatAClientMayForgetAreNotAskedFor() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        String[] headers = metadata.headers();
        String[] withType = Stream.concat(Stream.of(headers), Stream.of("Content-Type", "text/html"))
                .toArray(String[]::new);
        for (String[] given : List.of(headers, withType)) {
            caller.post(metadata.endpoint() + KvConnect.SNAPSHOT_READ_PATH, Caller.NOTHING, given)
                    .expect(200);
        }
    }

    @ParameterizedTest
    @MethodSource("wrongHeaders")
    void headersThatNameNoVersionOrAnotherDatabaseAreRefused(List<String> headers) {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        List<String> all = new ArrayList<>(List.of("Authorization", "Bearer " + metadata.token()));
        headers.forEach(header -> all.add(header.equals("ID") ? metadata.databaseId() : header));
        for (String operation :
                List.of(KvConnect.SNAPSHOT_READ_PATH, KvConnect.ATOMIC_WRITE_PATH, KvConnect.WATCH_PATH)) {
            caller.post(metadata.endpoint() + operation, Caller.NOTHING, all.toArray(String[]::new))
                    .refused(400);
        }
    }

    static Stream<List<String>> wrongHeaders() {
        String nil = "00000000-0000-0000-0000-000000000000";
        return Stream.of(
                List.of(),
                List.of(KvConnect.DATABASE_HEADER, "ID"),
                List.of(KvConnect.VERSION_HEADER, "3"),
                List.of(KvConnect.VERSION_HEADER, "3", KvConnect.DOMAIN_HEADER, "ID"),
                List.of(KvConnect.VERSION_HEADER, "3", KvConnect.DATABASE_HEADER, nil),
                List.of(KvConnect.VERSION_HEADER, "3", KvConnect.DATABASE_HEADER, "no UUID"),
                List.of(KvConnect.VERSION_HEADER, "0", KvConnect.DATABASE_HEADER, "ID"),
                List.of(KvConnect.VERSION_HEADER, "4", KvConnect.DATABASE_HEADER, "ID"),
                List.of(KvConnect.VERSION_HEADER, "three", KvConnect.DATABASE_HEADER, "ID"),
                List.of(KvConnect.VERSION_HEADER, "1", KvConnect.DATABASE_HEADER, "ID"),
                List.of(KvConnect.DOMAIN_HEADER, nil));
    }

    @Test
    void watchesAreOfVersionThreeOnly() {
        Caller caller = Caller.of(servers.start());
        for (String body : List.of("", "{\"supportedVersions\":[2]}")) {
            Caller.Metadata metadata = caller.metadata("/", TestServers.TOKEN, body);
            assertThat(caller.post(
                                    metadata.endpoint() + KvConnect.WATCH_PATH,
                                    WireMapper.encodeWatch(List.of(KEY)),
                                    metadata.headers())
                            .refused(400)
                            .text())
                    .contains("version 3");
        }
    }

    @Test
    void aFailedCheckIsNamed() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        WriteAnswer first = caller.writeWell(metadata, Caller.set(KEY, TEXT));
        AtomicWrite checked = AtomicWrite.of(
                List.of(
                        Check.of(KEY, first.versionstamp()),
                        Check.of(KEY, null),
                        Check.of(KvKey.of("b").encoded(), SEVEN)),
                List.of(Mutation.delete(KEY)));
        assertThat(caller.writeWell(metadata, checked))
                .isEqualTo(new WriteAnswer(WriteAnswer.CHECK_FAILURE, null, List.of(1, 2)));
        assertThat(caller.readWell(metadata, ReadRange.point(KEY)).ranges().get(0))
                .hasSize(1);
    }

    @Test
    void aReadOnlyServerSaysThatWritesAreDisabledAndServesReads() {
        Caller caller = Caller.of(servers.start(
                TestServers.options().access(ServerOptions.Access.READ_ONLY).build()));
        Caller.Metadata metadata = caller.metadata("/");
        assertThat(caller.writeWell(metadata, Caller.set(KEY, TEXT)).status()).isEqualTo(WriteAnswer.WRITE_DISABLED);
        assertThat(caller.readWell(metadata, ReadRange.point(KEY)).ranges()).containsExactly(List.of());
        // A mistake is one here, too.
        caller.write(metadata, Caller.set(new byte[0], TEXT)).refused(400);
    }

    @Test
    void whatDoesNotFitWhatIsStoredIsTheClientsMistakeAndLeavesNothing() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        caller.writeWell(metadata, Caller.set(KEY, TEXT));
        byte[] other = KvKey.of("b").encoded();
        for (Mutation wrong : List.of(
                Mutation.sum(KEY, FIVE, SumRange.UNBOUNDED),
                Mutation.min(KEY, FIVE),
                Mutation.max(KEY, FIVE),
                Mutation.min(other, TEXT),
                Mutation.sum(other, TEXT, SumRange.UNBOUNDED))) {
            caller.write(metadata, Caller.write(Mutation.set(other, TEXT, null), wrong))
                    .refused(400);
        }
        assertThat(caller.readWell(metadata, ReadRange.point(other)).ranges()).containsExactly(List.of());
    }

    @ParameterizedTest
    @MethodSource("tooLargeWrites")
    void writesBeyondTheLimitsAreRefusedWithTheLimit(String what, AtomicWrite write) {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        assertThat(caller.write(metadata, write).refused(400).text()).contains(what);
        caller.works(metadata);
    }

    static Stream<Arguments> tooLargeWrites() {
        Instant now = Instant.now();
        byte[] payload = TEXT.toByteArray();
        return Stream.of(
                arguments("the key is empty", Caller.set(new byte[0], TEXT)),
                arguments("the key is empty", AtomicWrite.of(List.of(Check.of(new byte[0], null)), List.of())),
                arguments("malformed", Caller.set(new byte[] {2, 'a'}, TEXT)),
                arguments("malformed", Caller.write(Mutation.setVersionstamped(new byte[] {99}, TEXT, null))),
                arguments("malformed", AtomicWrite.of(List.of(Check.of(new byte[] {99}, null)), List.of())),
                arguments("2048", Caller.set(KvKey.of("k".repeat(2047)).encoded(), TEXT)),
                arguments(
                        "2048",
                        Caller.write(Mutation.setVersionstamped(
                                KvKey.of("k".repeat(2025)).encoded(), TEXT, null))),
                arguments("65536", Caller.set(KEY, KvValue.copyOf(KvValue.BYTES, new byte[65_537]))),
                arguments("100", AtomicWrite.of(Collections.nCopies(101, Check.of(KEY, null)), List.of())),
                arguments("1000", AtomicWrite.of(List.of(), Collections.nCopies(1_001, Mutation.delete(KEY)))),
                arguments(
                        "819200",
                        AtomicWrite.of(
                                List.of(),
                                Collections.nCopies(
                                        13, Mutation.set(KEY, KvValue.copyOf(KvValue.BYTES, new byte[65_000]), null)))),
                arguments("65536", enqueue(new byte[65_537], now, List.of())),
                arguments("10", enqueue(payload, now, Collections.nCopies(11, KEY))),
                arguments("the key is empty", enqueue(payload, now, List.of(new byte[0]))),
                arguments("30 days ago", enqueue(payload, Instant.EPOCH, List.of())),
                arguments("the delay", enqueue(payload, now.plus(Duration.ofDays(40)), List.of())),
                arguments("too far", Caller.write(Mutation.set(KEY, TEXT, Instant.ofEpochMilli(Long.MAX_VALUE)))));
    }

    private static Arguments arguments(String what, AtomicWrite write) {
        return Arguments.of(what, write);
    }

    private static AtomicWrite enqueue(byte[] payload, Instant at, List<byte[]> keys) {
        return AtomicWrite.of(List.of(), List.of(), List.of(Enqueue.of(payload, at, null, keys)));
    }

    @Test
    void whatIsJustWithinTheLimitsIsTaken() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        byte[] longest = KvKey.of("k".repeat(2046)).encoded();
        List<Mutation> large =
                Collections.nCopies(12, Mutation.set(KEY, KvValue.copyOf(KvValue.BYTES, new byte[65_536]), null));
        for (AtomicWrite write : List.of(
                Caller.set(longest, KvValue.copyOf(KvValue.BYTES, new byte[65_536])),
                AtomicWrite.of(List.of(), large),
                AtomicWrite.of(
                        Collections.nCopies(100, Check.of(KvKey.of("none").encoded(), null)), List.of()),
                AtomicWrite.of(List.of(), Collections.nCopies(1_000, Mutation.delete(KEY))),
                enqueue(new byte[65_536], Instant.now().plus(Duration.ofDays(30)), Collections.nCopies(10, KEY)),
                Caller.write(Mutation.set(KEY, TEXT, Mutation.LATEST_EXPIRY)))) {
            assertThat(caller.writeWell(metadata, write).status()).isEqualTo(WriteAnswer.SUCCESS);
        }
        assertThat(caller.readWell(metadata, ReadRange.point(longest)).ranges().get(0))
                .hasSize(1);
    }

    @Test
    void readsBeyondTheLimitsAreRefused() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        byte[] tooLong = new byte[2_050];
        caller.read(metadata, Collections.nCopies(11, ReadRange.point(KEY)).toArray(ReadRange[]::new))
                .refused(400);
        caller.read(
                        metadata,
                        ReadRange.ascending(KEY, new byte[] {5}, 501),
                        ReadRange.ascending(KEY, new byte[] {5}, 500))
                .refused(400);
        caller.read(metadata, ReadRange.ascending(tooLong, new byte[] {5}, 1)).refused(400);
        caller.read(metadata, ReadRange.ascending(KEY, tooLong, 1)).refused(400);
        assertThat(caller.readWell(metadata, ReadRange.ascending(new byte[] {5}, KEY, 10))
                        .ranges())
                .containsExactly(List.of());
    }

    @Test
    void answersOfAnySizeComeWholeAndWithTheirLength() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        byte[] value = new byte[65_536];
        for (int i = 0; i < 60; i++) {
            value[0] = (byte) i;
            caller.writeWell(
                    metadata, Caller.set(KvKey.of("large", i).encoded(), KvValue.copyOf(KvValue.BYTES, value)));
        }
        byte[] start = KvKey.of("large").encoded();
        byte[] end = KvKey.of("largf").encoded();
        for (int limit : List.of(1, 2, 30, 500)) {
            Caller.Answer answer = caller.read(metadata, ReadRange.descending(start, end, limit))
                    .expect(200);
            assertThat(answer.header("content-length")).isEqualTo(String.valueOf(answer.body().length));
            List<RawEntry> entries =
                    WireMapper.decodeReadAnswer(answer.body()).ranges().get(0);
            assertThat(entries).hasSize(Math.min(60, limit));
            assertThat(entries.get(0).value().toByteArray()[0]).isEqualTo((byte) 59);
        }
    }

    @Test
    void bodiesThatAreNoMessagesAreRefused() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        for (byte[] body : List.of(
                "hello".getBytes(),
                new byte[] {0x0A, 5, 1},
                new byte[] {0x12, 4, 0x0A, 2, 2, 0},
                new byte[] {0x12, 2, 0x18, 99},
                new byte[] {(byte) 0x80})) {
            caller.post(metadata.endpoint() + KvConnect.ATOMIC_WRITE_PATH, body, metadata.headers())
                    .refused(400);
        }
        caller.post(metadata.endpoint() + KvConnect.SNAPSHOT_READ_PATH, new byte[] {0x0A, 0}, metadata.headers())
                .refused(400);
    }

    @Test
    void sqliteFilesAreServedAndKeepWhatWasWritten() {
        Path file = folder.resolve("served.sqlite");
        ServerOptions options = TestServers.options().database("sqlite:" + file).build();
        KvConnectServer first = servers.start(options);
        Caller caller = Caller.of(first);
        WriteAnswer written = caller.writeWell(caller.metadata("/"), Caller.set(KEY, TEXT));
        TestServers.stop(first);
        Caller again = Caller.of(servers.start(options));
        RawEntry entry = again.readWell(again.metadata("/"), ReadRange.point(KEY))
                .ranges()
                .get(0)
                .get(0);
        assertThat(entry.versionstamp()).isEqualTo(written.versionstamp());
        assertThat(entry.value()).isEqualTo(TEXT);
    }

    @Test
    void whatADatabaseReportsIsTranslatedForClientsThatRepeatEveryFiveHundred() {
        FailingDatabase database = new FailingDatabase();
        Caller caller = Caller.of(servers.start(TestServers.options()
                .database(Mono.just(database), UUID.fromString("a1b2c3d4-0000-4000-8000-000000000001"))
                .build()));
        Caller.Metadata metadata = caller.metadata("/");
        FailingDatabase.ANSWERS.forEach((error, status) -> {
            database.error = error;
            assertThat(caller.read(metadata, ReadRange.point(KEY))
                            .refused(status)
                            .text())
                    .doesNotContain("secret");
            caller.write(metadata, Caller.set(KEY, TEXT)).refused(status);
        });
    }

    @Test
    void aDatabaseOfNarrowerLimitsIsHeldToThem() {
        FailingDatabase database = new FailingDatabase();
        database.limits = DatabaseLimits.builder().valueBytes(10).build();
        Caller caller = Caller.of(servers.start(TestServers.options()
                .database(Mono.just((Database) database), UUID.randomUUID())
                .build()));
        Caller.Metadata metadata = caller.metadata("/");
        assertThat(caller.write(metadata, Caller.set(KEY, KvValue.copyOf(KvValue.BYTES, new byte[11])))
                        .refused(400)
                        .text())
                .contains("the limit is 10");
    }
}
