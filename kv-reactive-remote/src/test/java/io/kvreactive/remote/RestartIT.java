// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.remote.TestServer.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A server that is away for ten seconds while 256 clients go on, and a ledger of what each of them was told. */
class RestartIT extends ServerTest {

    private static final int CLIENTS = 256;
    private static final int SURELY_LOST = 100;
    private static final Duration OUTAGE = Duration.ofSeconds(10);
    private static final KvKey TOTAL = KvKey.of("total");
    private static final KvKey CHECKED = KvKey.of("checked");

    private enum Told {
        APPLIED,
        UNKNOWN
    }

    private final Map<Integer, Told> sums = new ConcurrentHashMap<>();
    private final Set<Integer> sets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger checkedIncrements = new AtomicInteger();
    private final AtomicInteger checkedUnknown = new AtomicInteger();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();

    @Test
    void whatWasAcknowledgedIsThereSumsAreExactAndWhatIsUnknownIsToldSo() {
        Kv kv = kv(RemoteOptions.builder()
                .backoff(Duration.ofMillis(50), Duration.ofSeconds(1))
                .build());
        await(kv.set(TOTAL, KvU64.ZERO).then(kv.set(CHECKED, 0)));
        AtomicBoolean isOver = new AtomicBoolean();
        Mono<Void> work = Flux.range(0, CLIENTS)
                .flatMap(
                        client -> Mono.defer(() -> operation(kv, client, numbers.getAndIncrement()))
                                .repeat(() -> !isOver.get())
                                .then(),
                        CLIENTS)
                .then()
                .cache();
        work.subscribe();

        awaitThat(() -> sets.size() > 300);
        server.script(WRITE, SURELY_LOST, Reply.applyAndReset());
        awaitThat(() -> sums.containsValue(Told.UNKNOWN));
        int before = numbers.get();
        server.stop();
        Mono.delay(OUTAGE).block(PATIENCE);
        int during = numbers.get() - before;
        server.startAgain();
        int setsBefore = sets.size();
        awaitThat(() -> sets.size() > setsBefore + 300);
        isOver.set(true);
        work.block(PATIENCE);

        assertThat(errors).isEmpty();
        check(kv, during);
    }

    /** Each client does one thing after the other: a set, a sum with a mark of its own, an increment with a check, a read. */
    private Mono<?> operation(Kv kv, int client, int number) {
        Mono<?> operation = switch ((client + number) % 4) {
            case 0 -> kv.set(KvKey.of("set", number), number).doOnNext(version -> sets.add(number));
            case 1 ->
                kv.atomic()
                        .sum(TOTAL, 1)
                        .set(KvKey.of("mark", number), 1)
                        .commitOrThrow()
                        .doOnNext(version -> sums.put(number, Told.APPLIED))
                        .doOnError(KvOutcomeUnknownException.class, e -> sums.put(number, Told.UNKNOWN));
            case 2 ->
                kv.get(CHECKED)
                        .flatMap(entry -> kv.atomic()
                                .check(entry)
                                .set(CHECKED, (Integer) entry.value() + 1)
                                .commit())
                        .doOnNext(result -> checkedIncrements.addAndGet(result.isCommitted() ? 1 : 0))
                        .doOnError(KvOutcomeUnknownException.class, e -> checkedUnknown.incrementAndGet());
            default -> kv.get(TOTAL).doOnNext(entry -> reads.incrementAndGet());
        };
        return operation
                .onErrorComplete(KvOutcomeUnknownException.class)
                .doOnError(errors::add)
                .onErrorComplete();
    }

    private void check(Kv kv, int during) {
        Set<Object> setsThere = await(kv.list(KvSelector.prefix("set").batchSize(500))
                .<Object>map(KvEntry::value)
                .collect(Collectors.toSet()));
        assertThat(setsThere).containsAll(sets);
        Set<Integer> marks = await(kv.list(KvSelector.prefix("mark").batchSize(500))
                .map(entry -> ((Number) entry.key().parts().get(1)).intValue())
                .collect(Collectors.toSet()));
        long applied =
                sums.values().stream().filter(told -> told == Told.APPLIED).count();
        long unknown = sums.size() - applied;
        sums.forEach((number, told) -> {
            if (told == Told.APPLIED) {
                assertThat(marks).contains(number);
            }
        });
        // A mark that nobody was told of would be a write that was applied and called a failure.
        assertThat(sums.keySet()).containsAll(marks);
        long total = ((KvU64) await(kv.get(TOTAL)).value()).unsignedLongValue();
        assertThat(total).isEqualTo(marks.size());
        assertThat(unknown).isPositive();
        int checked = (Integer) await(kv.get(CHECKED)).value();
        assertThat(checked).isBetween(checkedIncrements.get(), checkedIncrements.get() + checkedUnknown.get());
        System.out.println("restart: " + CLIENTS + " clients, away for " + OUTAGE.toSeconds() + " s: " + sets.size()
                + " sets all there; " + applied + " sums told as applied and " + unknown + " as unknown ("
                + (marks.size() - applied) + " of them applied), total " + total + " exact; "
                + checkedIncrements + " checked increments and " + checkedUnknown + " unknown, counter " + checked
                + "; "
                + reads + " reads; " + during + " operations begun while it was away; 0 other errors");
    }
}
