// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvU64;
import io.kvreactive.interop.Bank.Entry;
import io.kvreactive.interop.Bank.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two Java and two Deno processes transfer, sum, audit, and enqueue and handle messages on one file at the same time, for
 * {@code -Dinterop.seconds}; then what each was told is compared with what is there, in the eyes of Java and of both Denos.
 */
class FourProcessesIT {

    private static final int SECONDS = Integer.getInteger("interop.seconds", 60);
    private static final List<String> JAVA = List.of("java-1", "java-2");
    private static final List<String> DENO = List.of("deno-1", "deno-2");

    @TempDir
    static Path folder;

    private static final Map<String, JsonNode> REPORTS = new LinkedHashMap<>();
    private static final Map<String, Records> RECORDS = new LinkedHashMap<>();
    private static final Map<String, JsonNode> LAST_REPORTS = new LinkedHashMap<>();
    private static final Deliveries DELIVERIES = new Deliveries();
    private static final Map<String, JsonNode> DENO_VIEWS = new LinkedHashMap<>();
    private static View view;
    private static List<KvEntry<Object>> ledgerByVersion;

    @BeforeAll
    static void fourProcessesWorkOnOneFile() throws Exception {
        Path file = folder.resolve("bank.sqlite");
        prepare(file);
        Map<String, Child> children = new LinkedHashMap<>();
        try {
            for (String name : JAVA) {
                children.put(name, JavaMain.start(name, BankWorker.class, file, records(name)));
            }
            for (String name : DENO) {
                children.put(
                        name,
                        Deno.startNamed(
                                name, "bank.mjs", file, records(name), Bank.ACCOUNTS, Bank.COUNTERS, Bank.TOTAL));
            }
            work(children, file);
        } finally {
            children.values().forEach(Child::close);
        }
        for (String name : children.keySet()) {
            RECORDS.put(name, Records.read(name, records(name)));
        }
        Kv kv = Kv.create("sqlite:" + file);
        view = View.of(kv);
        kv.close().block();
        ledgerByVersion = view.ledger().stream()
                .sorted(Comparator.comparing(KvEntry::versionstamp))
                .toList();
    }

    private static void prepare(Path file) {
        Kv kv = Kv.create("sqlite:" + file);
        Bank.ACCOUNT_KEYS.forEach(key -> kv.set(key, Bank.BALANCE).block());
        for (int i = 0; i < Bank.COUNTERS; i++) {
            kv.set(Bank.counter(i), KvU64.ZERO).block();
        }
        kv.set(Bank.TRANSFERS, KvU64.ZERO).block();
        kv.close().block();
    }

    private static void work(Map<String, Child> children, Path file) throws Exception {
        for (Child child : children.values()) {
            assertThat(child.next().get("ready").asBoolean()).isTrue();
        }
        for (Child child : children.values()) {
            child.goOn();
        }
        TimeUnit.SECONDS.sleep(SECONDS);
        for (Child child : children.values()) {
            child.goOn();
        }
        for (Map.Entry<String, Child> child : children.entrySet()) {
            REPORTS.put(child.getKey(), child.getValue().next());
        }
        awaitEmptyQueue(file);
        for (String name : JAVA) {
            children.get(name).goOn();
            LAST_REPORTS.put(name, children.get(name).next());
        }
        for (String name : DENO) {
            children.get(name).goOn();
            DENO_VIEWS.put(name, children.get(name).next());
        }
        for (Map.Entry<String, Child> child : children.entrySet()) {
            assertThat(child.getValue().exitCode())
                    .as("%s: %s", child.getKey(), child.getValue().errorText())
                    .isZero();
        }
    }

    /** Nobody enqueues any more; what is left is handled by whoever takes it. */
    private static void awaitEmptyQueue(Path file) throws Exception {
        Kv kv = Kv.create("sqlite:" + file);
        for (int i = 0; kv.queue().counts().block().total() > 0; i++) {
            assertThat(i).as("seconds until the queue is empty").isLessThan(90);
            TimeUnit.SECONDS.sleep(1);
        }
        kv.close().block();
    }

    private static Path records(String name) {
        return folder.resolve(name + ".records.txt");
    }

    @AfterAll
    static void summary() throws IOException {
        Summary.print(
                "four-processes",
                ("four processes on one file for %d s: Java %d transfers (%d by transact) and %d sums, %d conflicts tried again,"
                                + " %d errors, longest write %d ms with what was tried again; Deno %d transfers and %d sums, %d conflicts and %d \"database is locked\""
                                + " tried again, %d outcomes unknown; %d audits and %d changes of the writer; total %d of %d, counters %s of %s,"
                                + " %d of %d acknowledged ledger entries found in %d versions, and %d Denos see the same; %d messages, %d lost,"
                                + " %d handled by Java (%d longer than a lease), %d by Deno, %d by another process than enqueued them, %d given"
                                + " to another while Java had them")
                        .formatted(
                                SECONDS,
                                sum(JAVA, "committed") + sum(JAVA, "transacted"),
                                sum(JAVA, "transacted"),
                                sum(JAVA, "sums"),
                                sum(JAVA, "conflicts"),
                                size(JAVA, "errors"),
                                max(JAVA, "longestMillis"),
                                sum(DENO, "transfers"),
                                sum(DENO, "sums"),
                                sum(DENO, "conflicts"),
                                sum(DENO, "locked"),
                                size(DENO, "unknown"),
                                sum(JAVA, "audits") + sum(DENO, "audits"),
                                turns(),
                                total(view.accounts()),
                                Bank.TOTAL,
                                view.counters(),
                                acknowledgedSums(),
                                RECORDS.entrySet().stream()
                                        .mapToInt(r -> intersection(found(r.getKey()), r.getValue().transfers)
                                                .size())
                                        .sum(),
                                RECORDS.values().stream()
                                        .mapToInt(r -> r.transfers.size())
                                        .sum(),
                                versions().size(),
                                DENO_VIEWS.values().stream()
                                        .filter(seen -> texts(seen).equals(view.texts()))
                                        .count(),
                                DELIVERIES.enqueued(),
                                DELIVERIES.lost().size(),
                                DELIVERIES.handledBy(JAVA),
                                LAST_REPORTS.values().stream()
                                        .mapToInt(report -> report.get("slow").asInt())
                                        .sum(),
                                DELIVERIES.handledBy(DENO),
                                DELIVERIES.handledElsewhere(),
                                DELIVERIES.stolenFrom(JAVA).size()));
    }

    @Test
    void javaReportsNoErrorAndNoLock() {
        for (String name : JAVA) {
            assertThat(texts(REPORTS.get(name).get("errors"))).as(name).isEmpty();
            assertThat(RECORDS.get(name).unknownTransfers).as(name).isEmpty();
            assertThat(RECORDS.get(name).unknownSums).as(name).containsOnly(0);
        }
    }

    @Test
    void everyProcessWritesAndTheyTakeTurns() {
        for (String name : RECORDS.keySet()) {
            assertThat(RECORDS.get(name).transfers).as(name).isNotEmpty();
            assertThat(Arrays.stream(RECORDS.get(name).sums).sum()).as(name).isPositive();
        }
        assertThat(sum(JAVA, "transacted")).isPositive();
        assertThat(sum(JAVA, "committed")).isPositive();
        assertThat(turns())
                .as("changes of the writer, so that all did write at the same time")
                .isGreaterThan(10);
    }

    @Test
    void theTotalOfTheAccountsHoldsAtTheEndAndInEverySnapshotMeanwhile() {
        assertThat(total(view.accounts())).isEqualTo(Bank.TOTAL);
        for (String name : REPORTS.keySet()) {
            assertThat(REPORTS.get(name).get("audits").asInt()).as(name).isPositive();
            assertThat(texts(REPORTS.get(name).get("errors"))).as(name).isEmpty();
        }
    }

    @Test
    void everyAcknowledgedLedgerEntryIsThereAndNoneThatNobodyKnowsOf() {
        RECORDS.forEach((name, records) -> {
            Set<Integer> found = found(name);
            assertThat(found).as(name).containsAll(records.transfers);
            found.removeAll(records.transfers);
            assertThat(records.unknownTransfers).as(name).containsAll(found);
        });
        assertThat(view.ledger().stream().map(e -> (String) e.key().parts().get(1)))
                .as("the processes in the ledger")
                .hasSameElementsAs(RECORDS.keySet());
    }

    @Test
    void everyCounterIsWhatWasAcknowledged() {
        List<Long> acknowledged = acknowledgedSums();
        for (int i = 0; i < Bank.COUNTERS; i++) {
            int counter = i;
            long unknown = RECORDS.values().stream()
                    .mapToLong(r -> r.unknownSums[counter])
                    .sum();
            assertThat(view.counters().get(i))
                    .as("counter %d", i)
                    .isBetween(acknowledged.get(i), acknowledged.get(i) + unknown);
        }
        assertThat(view.transfers()).isEqualTo(view.ledger().size());
    }

    @Test
    void everyTransferHasAVersionOfItsOwn() {
        assertThat(versions()).hasSameSizeAs(view.ledger());
    }

    @Test
    void inTheOrderOfVersionsEachTransferStandsOnTheBalancesThatTheOthersLeft() {
        List<Integer> accounts = new ArrayList<>(Collections.nCopies(Bank.ACCOUNTS, Bank.BALANCE));
        for (KvEntry<Object> written : ledgerByVersion) {
            Entry entry = Entry.of(written.value());
            accounts.set(entry.from(), accounts.get(entry.from()) - entry.amount());
            accounts.set(entry.to(), accounts.get(entry.to()) + entry.amount());
            assertThat(List.of(accounts.get(entry.from()), accounts.get(entry.to())))
                    .as("%s at %s", written.key(), written.versionstamp())
                    .containsExactly(entry.fromAfter(), entry.toAfter());
        }
        assertThat(view.accounts()).isEqualTo(accounts);
    }

    @Test
    void everyAcknowledgedMessageIsHandledOfWhomeverAndByWhomever() {
        assertThat(DELIVERIES.enqueued()).isPositive();
        assertThat(DELIVERIES.lost()).isEmpty();
        assertThat(DELIVERIES.handledBy(JAVA)).isPositive();
        assertThat(DELIVERIES.handledBy(DENO)).isPositive();
        assertThat(DELIVERIES.handledElsewhere()).isPositive();
    }

    @Test
    void noMessageIsGivenToAnotherWhileItsHandlerInJavaHasIt() {
        assertThat(LAST_REPORTS).containsOnlyKeys(JAVA);
        LAST_REPORTS.forEach((name, report) ->
                assertThat(texts(report.get("errors"))).as(name).isEmpty());
        assertThat(DELIVERIES.stolenFrom(JAVA)).isEmpty();
    }

    @Test
    void bothDenosSeeWhatJavaSees() {
        assertThat(DENO_VIEWS).containsOnlyKeys(DENO);
        DENO_VIEWS.forEach((name, seen) -> assertThat(texts(seen)).as(name).isEqualTo(view.texts()));
    }

    private static Set<Integer> found(String process) {
        return view.ledger().stream()
                .filter(e -> e.key().parts().get(1).equals(process))
                .map(View::number)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Set<Integer> intersection(Set<Integer> some, Set<Integer> others) {
        some.retainAll(others);
        return some;
    }

    private static Set<Object> versions() {
        return view.ledger().stream().map(KvEntry::versionstamp).collect(Collectors.toSet());
    }

    private static long turns() {
        return IntStream.range(1, ledgerByVersion.size())
                .filter(i -> !process(i).equals(process(i - 1)))
                .count();
    }

    private static Object process(int i) {
        return ledgerByVersion.get(i).key().parts().get(1);
    }

    private static int total(List<Integer> accounts) {
        return accounts.stream().mapToInt(Integer::intValue).sum();
    }

    private static List<Long> acknowledgedSums() {
        return IntStream.range(0, Bank.COUNTERS)
                .mapToObj(
                        i -> RECORDS.values().stream().mapToLong(r -> r.sums[i]).sum())
                .toList();
    }

    private static int sum(List<String> names, String field) {
        return names.stream().mapToInt(n -> REPORTS.get(n).get(field).asInt()).sum();
    }

    private static int max(List<String> names, String field) {
        return names.stream()
                .mapToInt(n -> REPORTS.get(n).get(field).asInt())
                .max()
                .orElseThrow();
    }

    private static int size(List<String> names, String field) {
        return names.stream().mapToInt(n -> REPORTS.get(n).get(field).size()).sum();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asString()));
        return texts;
    }

    /** What a process wrote down after it was told of it. */
    private static final class Records {
        private final Set<Integer> transfers = new HashSet<>();
        private final Set<Integer> unknownTransfers = new HashSet<>();
        private final long[] sums = new long[Bank.COUNTERS];
        private final long[] unknownSums = new long[Bank.COUNTERS];

        static Records read(String process, Path file) throws IOException {
            Records records = new Records();
            for (String line : Files.readAllLines(file)) {
                boolean isUnknown = line.startsWith("unknown ");
                String[] words = (isUnknown ? line.substring("unknown ".length()) : line).split(" ");
                if (DELIVERIES.read(process, words)) {
                    continue;
                }
                if (words[0].equals("transfer")) {
                    (isUnknown ? records.unknownTransfers : records.transfers).add(Integer.valueOf(words[1]));
                } else {
                    assertThat(words[0]).isEqualTo("sum");
                    (isUnknown ? records.unknownSums : records.sums)[Integer.parseInt(words[1])] +=
                            Long.parseLong(words[2]);
                }
            }
            return records;
        }
    }
}
