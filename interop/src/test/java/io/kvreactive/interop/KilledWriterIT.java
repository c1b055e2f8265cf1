// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.Versionstamp;
import io.kvreactive.test.MutableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

/**
 * A Java process is killed while it writes, handles messages and lets entries expire, again and again on one file: what it acknowledged is there,
 * and all or nothing of each commit; every message is handled, and nothing that has expired stays.
 */
class KilledWriterIT {

    /** {@code interop/run -Dinterop.kills=200} for more. */
    private static final int KILLS = Integer.getInteger("interop.kills", 30);

    private static final int DENO_EVERY = 5;
    private static final int MOST_ACKNOWLEDGED = 200;
    private static final int MOST_MICROS_AFTER = 20_000;
    /** Each writer begins so much higher, so that no number is written twice. */
    private static final int NUMBERS_PER_ROUND = 1_000_000;
    /** What a shell shows of a process that SIGKILL ended. */
    private static final int KILLED = 128 + 9;

    private static final Duration TIMEOUT = Duration.ofSeconds(120);

    @TempDir
    Path folder;

    private final Random random = new Random(9);
    private final Map<Integer, Versionstamp> acknowledged = new TreeMap<>();
    private final Set<Integer> unacknowledgedButFound = new TreeSet<>();
    private int kills;
    private int denoAgreed;
    private int halves;

    @Test
    void everyAcknowledgedCommitIsThereAndNoHalfOneHoweverOftenTheWriterIsKilled() throws Exception {
        Path file = folder.resolve("killed.sqlite");
        Map<Integer, Versionstamp> found = Map.of();
        for (int round = 1; round <= KILLS; round++) {
            Kv kv = Kv.create("sqlite:" + file);
            if (round % 2 == 0) {
                // Somebody else has the file open and goes on; in the other rounds the next who opens it recovers its
                // log.
                kv.ready().block(TIMEOUT);
            }
            writeUntilKilled(file, round);
            Map<Integer, String> deno = round % DENO_EVERY == 0 ? denoPairs(file) : null;
            found = pairs(kv, found);
            kv.close().block(TIMEOUT);
            assertThat(integrity(file)).as("integrity after kill %d", round).isEqualTo("ok");
            if (deno != null) {
                assertThat(deno).as("Deno after kill %d", round).isEqualTo(texts(found));
                denoAgreed++;
            }
        }
        // Nobody has the file open now.
        assertThat(denoPairs(file)).as("Deno at the end").isEqualTo(texts(found));
        denoAgreed++;
        int handledAgain = handleWhatIsLeft(file, found.keySet());
        assertThat(integrity(file)).isEqualTo("ok");
        Summary.print(
                "killed-writer",
                ("a writer killed %d times: %d commits acknowledged, %d of them found, %d unacknowledged but found, %d half commits;"
                                + " integrity ok %d times, Deno opened the file and agreed %d times; the messages of all %d commits handled, %d of"
                                + " them more than once; no expired entry left")
                        .formatted(
                                kills,
                                acknowledged.size(),
                                found.size() - unacknowledgedButFound.size(),
                                unacknowledgedButFound.size(),
                                halves,
                                kills,
                                denoAgreed,
                                found.size(),
                                handledAgain));
    }

    /** What the killed have left in the queue is handled, also what they had taken; tells how many messages were handled more than once. */
    private static int handleWhatIsLeft(Path file, Set<Integer> numbers) throws Exception {
        MutableClock clock = MutableClock.at(Instant.now());
        Kv kv = Kv.create("sqlite:" + file, KvOptions.builder().clock(clock).build());
        Disposable listener = Pairs.handleMessages(kv).subscribe();
        for (int i = 0; kv.queue().counts().block(TIMEOUT).total() > 0; i++) {
            assertThat(i).as("minutes until the queue is empty").isLessThan(120);
            clock.advance(Duration.ofMinutes(1));
            TimeUnit.MILLISECONDS.sleep(200);
        }
        listener.dispose();
        int handledAgain = 0;
        for (int n : numbers) {
            KvEntry<Object> handled = kv.get(Pairs.handled(n)).block(TIMEOUT);
            assertThat(handled).as("the message of pair %d was handled", n).isNotNull();
            handledAgain += ((KvU64) handled.value()).longValueExact() > 1 ? 1 : 0;
        }
        assertThat(kv.count(KvSelector.prefix(Pairs.EXPIRING)).block(TIMEOUT)).isZero();
        kv.close().block(TIMEOUT);
        assertThat(query(file, "select count(*) from kv where expiration_ms >= 0"))
                .as("expired rows that were not collected")
                .isEqualTo("0");
        return handledAgain;
    }

    /** Kills the writer at some moment after it has acknowledged some pairs; what it printed until its end counts. */
    private void writeUntilKilled(Path file, int round) throws Exception {
        int first = round * NUMBERS_PER_ROUND;
        try (JavaMain writer = JavaMain.start("writer", PairWriter.class, file, first)) {
            int enough = 1 + random.nextInt(MOST_ACKNOWLEDGED);
            for (int i = 0; i < enough; i++) {
                acknowledge(writer.nextLine());
            }
            TimeUnit.MICROSECONDS.sleep(random.nextInt(MOST_MICROS_AFTER));
            writer.kill();
            assertThat(writer.exitCode()).as(writer.errorText()).isEqualTo(KILLED);
            writer.restLines().forEach(this::acknowledge);
            kills++;
        }
    }

    private void acknowledge(String line) {
        String[] words = line.split(" ");
        acknowledged.put(Integer.valueOf(words[0]), Versionstamp.parse(words[1]));
    }

    /** All pairs in the eyes of Java, which must have the acknowledged ones and those that were found before. */
    private Map<Integer, Versionstamp> pairs(Kv kv, Map<Integer, Versionstamp> before) {
        Map<Integer, Map<String, Versionstamp>> sides = new TreeMap<>();
        for (KvEntry<Object> entry :
                kv.list(KvSelector.prefix(Pairs.PAIR)).collectList().block(TIMEOUT)) {
            assertThat(Pairs.isWhole(entry)).as("%s is whole", entry.key()).isTrue();
            sides.computeIfAbsent(Pairs.number(entry), n -> new LinkedHashMap<>())
                    .put(Pairs.side(entry), entry.versionstamp());
        }
        List<Integer> torn = sides.entrySet().stream()
                .filter(e -> !e.getValue().keySet().equals(Set.copyOf(Pairs.SIDES))
                        || Set.copyOf(e.getValue().values()).size() > 1)
                .map(Map.Entry::getKey)
                .toList();
        halves += torn.size();
        assertThat(torn).as("half commits").isEmpty();

        Map<Integer, Versionstamp> pairs = new TreeMap<>();
        sides.forEach((n, versions) -> pairs.put(n, versions.get(Pairs.SIDES.get(0))));
        assertThat(pairs).containsAllEntriesOf(acknowledged).containsAllEntriesOf(before);
        assertThat(Set.copyOf(pairs.values())).as("versions of commits").hasSameSizeAs(pairs.keySet());

        KvEntry<Object> counter = kv.get(Pairs.COUNTER).block(TIMEOUT);
        assertThat(counter.value()).isEqualTo(KvU64.of(pairs.size()));
        assertThat(counter.versionstamp()).isEqualTo(Collections.max(pairs.values()));
        pairs.keySet().stream().filter(n -> !acknowledged.containsKey(n)).forEach(unacknowledgedButFound::add);
        return pairs;
    }

    /** All pairs in the eyes of Deno, which must find no half and the right counter. */
    private static Map<Integer, String> denoPairs(Path file) throws Exception {
        try (Deno deno = Deno.start("pairs.mjs", file)) {
            JsonNode report = deno.next();
            assertThat(deno.exitCode()).as(deno.errorText()).isZero();
            assertThat(report.get("halves").toString()).as("half commits").isEqualTo("[]");
            Map<Integer, String> pairs = new TreeMap<>();
            report.get("pairs")
                    .forEach(pair ->
                            pairs.put(pair.get("n").asInt(), pair.get("version").asString()));
            assertThat(report.get("counter").asInt()).isEqualTo(pairs.size());
            return pairs;
        }
    }

    private static Map<Integer, String> texts(Map<Integer, Versionstamp> pairs) {
        return pairs.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString()));
    }

    private static String integrity(Path file) throws SQLException {
        return query(file, "PRAGMA integrity_check");
    }

    private static String query(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.getString(1);
        }
    }
}
