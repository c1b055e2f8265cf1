// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.interop.Bank.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/**
 * Deno, Node and Java transfer over more than 512 connections at once, for {@code -Dinterop.load.seconds}, through our server on one SQLite file. In the
 * middle the server is killed with SIGKILL and started again. Then the file is compared with what each client was told.
 */
class ServerLoadIT {

    private static final int SECONDS = Integer.getInteger("interop.load.seconds", 15);
    private static final int ACCOUNTS = 2_000;
    private static final int BALANCE = 1_000_000;
    private static final int AT_LEAST = 512;
    private static final int PATIENCE_SECONDS = 60;
    private static final Map<String, Integer> CONNECTIONS = connections();

    @TempDir
    static Path folder;

    private static final Map<String, JsonNode> REPORTS = new LinkedHashMap<>();
    /** What each was told: from the number of a transfer to its version. */
    private static final Map<String, Map<Integer, String>> TOLD = new LinkedHashMap<>();

    private static final Map<String, Long> TOLD_BEFORE_THE_KILL = new LinkedHashMap<>();
    private static int openBefore;
    private static int openAfter;
    private static List<Integer> accounts;
    private static long counted;
    private static List<KvEntry<Object>> ledger;

    private static Map<String, Integer> connections() {
        Map<String, Integer> connections = new LinkedHashMap<>();
        connections.put("deno", 132);
        connections.put("node", 192);
        connections.put("java", 192);
        return connections;
    }

    @BeforeAll
    static void manyConnectionsWorkAndTheServerIsKilled() throws Exception {
        Path file = folder.resolve("bank.sqlite");
        prepare(file);
        Map<String, Child> children = new LinkedHashMap<>();
        try (ServerProgram server =
                ServerProgram.start("load", "--sqlite-path", file.toString(), "--metrics", "--num-workers", "2")) {
            children.put("deno", Deno.startNamed("deno", "load.mjs", arguments("deno", server)));
            children.put("node", Node.startNamed("node", "load.mjs", arguments("node", server)));
            children.put("java", JavaMain.start("java", LoadWorker.class, arguments("java", server)));
            work(children, server);
            server.stop();
        } finally {
            children.values().forEach(Child::close);
        }
        for (String name : children.keySet()) {
            TOLD.put(name, told(name));
        }
        look(file);
    }

    private static void prepare(Path file) {
        Kv kv = Kv.create("sqlite:" + file);
        Flux.range(0, ACCOUNTS)
                .buffer(500)
                .concatMap(some -> {
                    var atomic = kv.atomic();
                    for (int i : some) {
                        atomic = atomic.set(Bank.account(i), KvU64.of(BALANCE));
                    }
                    return atomic.commitOrThrow();
                })
                .blockLast();
        kv.set(Bank.TRANSFERS, KvU64.ZERO).block();
        kv.close().block();
    }

    private static Object[] arguments(String name, ServerProgram server) throws IOException {
        return new Object[] {server.url(), records(name), CONNECTIONS.get(name), ACCOUNTS};
    }

    private static Path records(String name) {
        return folder.resolve(name + ".records.txt");
    }

    private static void work(Map<String, Child> children, ServerProgram server) throws Exception {
        for (Child child : children.values()) {
            assertThat(child.next().get("ready").asBoolean()).isTrue();
        }
        for (Child child : children.values()) {
            child.goOn();
        }
        openBefore = awaitConnections(server);
        TimeUnit.MILLISECONDS.sleep(SECONDS * 500L);
        server.kill();
        for (String name : children.keySet()) {
            TOLD_BEFORE_THE_KILL.put(name, (long) told(name).size());
        }
        server.start();
        openAfter = awaitConnections(server);
        TimeUnit.MILLISECONDS.sleep(SECONDS * 500L);
        for (Child child : children.values()) {
            child.goOn();
        }
        for (Map.Entry<String, Child> child : children.entrySet()) {
            REPORTS.put(child.getKey(), child.getValue().next());
            assertThat(child.getValue().exitCode())
                    .as("%s: %s", child.getKey(), child.getValue().errorText())
                    .isZero();
        }
    }

    /** Waits until all are at work, and this test looks on over one more. */
    private static int awaitConnections(ServerProgram server) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int open = server.connections();
        while (open <= AT_LEAST) {
            assertThat(System.nanoTime()).as("%d connections", open).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
            open = server.connections();
        }
        return open - 1;
    }

    private static Map<Integer, String> told(String name) throws IOException {
        Map<Integer, String> told = new HashMap<>();
        // A line that is being written is no line yet.
        String text = Files.readString(records(name));
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            String[] words = line.split(" ");
            told.put(Integer.valueOf(words[1]), words[2]);
        }
        return told;
    }

    private static void look(Path file) {
        Kv kv = Kv.create("sqlite:" + file);
        accounts = Flux.range(0, ACCOUNTS)
                .map(Bank::account)
                .concatMap(kv::get)
                .map(ServerLoadIT::balance)
                .collectList()
                .block();
        counted = ((KvU64) kv.get(Bank.TRANSFERS).block().value()).longValueExact();
        ledger = kv.list(KvSelector.prefix("ledger"))
                .collectSortedList(Comparator.comparing(KvEntry::versionstamp))
                .block();
        kv.close().block();
    }

    private static int balance(KvEntry<Object> account) {
        return Math.toIntExact(((KvU64) account.value()).longValueExact());
    }

    private static String client(KvKey key) {
        return (String) key.parts().get(1);
    }

    @Test
    void moreThanFiveHundredConnectionsAreOpenBeforeAndAfterTheKill() {
        assertThat(openBefore).isGreaterThanOrEqualTo(AT_LEAST);
        assertThat(openAfter).isGreaterThanOrEqualTo(AT_LEAST);
    }

    @Test
    void everyClientWorksBeforeTheKillAndGoesOnAfterIt() {
        assertThat(TOLD).hasSameSizeAs(CONNECTIONS);
        TOLD.forEach((name, told) -> {
            assertThat(TOLD_BEFORE_THE_KILL.get(name)).as(name).isPositive();
            assertThat((long) told.size()).as(name).isGreaterThan(TOLD_BEFORE_THE_KILL.get(name));
            assertThat(REPORTS.get(name).get("transfers").asInt()).as(name).isEqualTo(told.size());
        });
    }

    @Test
    void everyAcknowledgedCommitIsThereWithItsVersion() {
        Map<String, Map<Integer, String>> found = new HashMap<>();
        for (KvEntry<Object> written : ledger) {
            found.computeIfAbsent(client(written.key()), name -> new HashMap<>())
                    .put(Bank.View.number(written), written.versionstamp().toString());
        }
        TOLD.forEach((name, told) -> assertThat(found.get(name)).as(name).containsAllEntriesOf(told));
    }

    @Test
    void theTotalHoldsAndEveryTransferStandsOnTheBalancesThatTheOthersLeft() {
        Integer[] balances = new Integer[ACCOUNTS];
        Arrays.fill(balances, BALANCE);
        for (KvEntry<Object> written : ledger) {
            Entry entry = Entry.of(written.value());
            balances[entry.from()] -= entry.amount();
            balances[entry.to()] += entry.amount();
            assertThat(List.of(balances[entry.from()], balances[entry.to()]))
                    .as("%s at %s", written.key(), written.versionstamp())
                    .containsExactly(entry.fromAfter(), entry.toAfter());
        }
        assertThat(accounts).containsExactly(balances);
        assertThat(accounts.stream().mapToLong(Integer::longValue).sum()).isEqualTo((long) ACCOUNTS * BALANCE);
        assertThat(counted).isEqualTo(ledger.size());
    }

    @AfterAll
    static void summary() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, JsonNode> report : REPORTS.entrySet()) {
            text.append(
                    "; %s over %d: %d transfers acknowledged, %d of them before the kill, %d conflicts, %d calls that failed %s"
                            .formatted(
                                    report.getKey(),
                                    CONNECTIONS.get(report.getKey()),
                                    TOLD.get(report.getKey()).size(),
                                    TOLD_BEFORE_THE_KILL.get(report.getKey()),
                                    report.getValue().get("conflicts").asInt(),
                                    report.getValue().get("unknown").asInt(),
                                    report.getValue().get("errors")));
        }
        Summary.print(
                "server-load",
                "%d s of transfers over %d connections, and %d after the server was killed and started again%s; %d commits in the ledger, total %d of %d"
                        .formatted(
                                SECONDS,
                                openBefore,
                                openAfter,
                                text,
                                ledger.size(),
                                accounts.stream().mapToLong(Integer::longValue).sum(),
                                (long) ACCOUNTS * BALANCE));
    }
}
