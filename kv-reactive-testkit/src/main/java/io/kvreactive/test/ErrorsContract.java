// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConflictException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEncodeException;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.KvValue;
import io.kvreactive.SumLimits;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Mutation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Errors tell what was tried, on what and what to do, and never what is stored. */
abstract class ErrorsContract extends ContractPart {

    private static final String SECRET = "hunter2-correct-horse";
    private static final long SECRET_NUMBER = 4_242_424_242_424_242L;
    private static final KvKey KEY = KvKey.of("users", SECRET, SECRET_NUMBER);

    private final List<Throwable> provoked = new ArrayList<>();

    ErrorsContract(KvContract contract) {
        super(contract);
    }

    private void provoke(Class<? extends Throwable> expected, Supplier<Publisher<?>> call) {
        provoked.add(errorOf(expected, Flux.defer(() -> Flux.from(call.get()).map(value -> true))));
    }

    @Test
    void secretsInKeysAndValuesAreInNoErrorOfAnyKind() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put(SECRET, List.of(SECRET, SECRET_NUMBER, SECRET.getBytes(StandardCharsets.UTF_8)));
        reopen(options().transactAttempts(2));
        set(KEY, value);
        provokeByData();
        provokeByArguments();
        provokeByDamage();
        provokeByFaults();
        Kv kv = reopen(options().deadline(Duration.ofMillis(250)));
        awaitDespiteDeadlines(kv.ready());
        faults.reads().once().delay(Duration.ofDays(1));
        provoke(KvTimeoutException.class, () -> kv.get(KEY));
        faults.writes().once().delay(Duration.ofDays(1));
        provoke(KvOutcomeUnknownException.class, () -> kv.set(KEY, SECRET));
        awaitEnd(kv.close());
        provoke(KvClosedException.class, () -> kv.get(KEY));
        provoke(KvClosedException.class, () -> kv.set(KEY, SECRET));

        assertThat(provoked).hasSizeGreaterThan(30);
        assertThat(provoked).allSatisfy(error -> assertThat(textsOf(error)).doesNotContain(secrets()));
        assertThat(provoked)
                .filteredOn(KvException.class::isInstance)
                .allSatisfy(error -> assertThat(error.getMessage()).isNotBlank().doesNotContain("null"));
    }

    private void provokeByData() {
        AtomicOperation atomic = kv().atomic();
        set(KvKey.of("text", SECRET), SECRET);
        KvKey text = KvKey.of("text", SECRET);
        provoke(KvMutationException.class, () -> atomic.sum(text, 1).commit());
        provoke(KvMutationException.class, () -> atomic.min(text, SECRET_NUMBER).commit());
        provoke(
                KvMutationException.class,
                () -> atomic.sumNumber(text, SECRET_NUMBER).commit());
        provoke(
                KvMutationException.class,
                () -> atomic.sumBigInt(text, BigInteger.valueOf(SECRET_NUMBER)).commit());
        KvKey number = KvKey.of("number", SECRET);
        set(number, SECRET_NUMBER);
        provoke(
                KvMutationException.class,
                () -> atomic.sumNumber(number, 1, SumLimits.max(SECRET_NUMBER)).commit());
        provoke(
                KvMutationException.class,
                () -> atomic.sumBigInt(number, BigInteger.valueOf(SECRET_NUMBER))
                        .commit());
        provoke(
                KvConflictException.class,
                () -> atomic.checkAbsent(KEY).set(KEY, SECRET).commitOrThrow());
        provoke(KvEncodeException.class, () -> kv().set(KEY, List.of(SECRET, new Secretive())));
        // The names of properties are shown, as the place inside the value; what they name is not.
        provoke(KvEncodeException.class, () -> kv().set(KEY, Map.of("name", List.of(SECRET, new Secretive()))));
        provoke(KvEncodeException.class, () -> kv().enqueue(List.of(SECRET, new Secretive())));
        KvKey large = KEY.append(SECRET.repeat(200));
        for (Supplier<Publisher<?>> call : List.<Supplier<Publisher<?>>>of(
                () -> kv().get(large),
                () -> kv().getMany(List.of(KEY, large)),
                () -> kv().set(large, SECRET),
                () -> kv().delete(large),
                () -> kv().list(KvSelector.prefix(large)),
                () -> kv().count(KvSelector.prefix(large)),
                () -> kv().set(KEY, SECRET.repeat(5000)),
                () -> kv().enqueue(SECRET.repeat(5000)),
                () -> kv().enqueue(
                                SECRET,
                                EnqueueOptions.builder()
                                        .keysIfUndelivered(large)
                                        .build()),
                () -> kv().atomic().setVersionstamped(large, SECRET).commit())) {
            provoke(KvLimitException.class, call);
        }
    }

    /** Not of any stored form, and talkative. */
    private static final class Secretive {
        @Override
        public String toString() {
            return SECRET;
        }
    }

    private void provokeByArguments() {
        Class<? extends Throwable> wrong = IllegalArgumentException.class;
        provoke(wrong, () -> kv().get(KvKey.of(SECRET, new Secretive())));
        provoke(wrong, () -> kv().get(KvKey.of(SECRET, Long.MAX_VALUE)));
        provoke(wrong, () -> kv().list(KvSelector.range(KEY.append(1), KEY)));
        provoke(wrong, () -> kv().list(KvSelector.prefix(KEY).start(KvKey.of("other", SECRET))));
        KvSelector early = KvSelector.range(KvKey.of("a", SECRET), KvKey.of("b"));
        provoke(
                wrong,
                () -> kv().list(KvSelector.range(KEY, KvKey.of("z"))
                        .after(early.cursorAfter(KvKey.of("a", SECRET, SECRET)))));
        provoke(wrong, () -> kv().list(early.after(early.cursorAfter(KEY))));
        provoke(
                KvUnsupportedException.class,
                () -> kv().transact(tx -> tx.list(KvSelector.prefix(KEY)).then(Mono.just(tx.result(SECRET)))));
        provoke(
                KvConflictException.class,
                () -> kv().transact(tx -> tx.get(KEY)
                        .flatMap(seen -> kv().set(KEY, SECRET)
                                .thenReturn(tx.set(KEY, SECRET).result(SECRET)))));
    }

    private void provokeByDamage() {
        if (!has(KvContract.Trait.STORES_DAMAGED_BYTES)) {
            return;
        }
        byte[] secret = (SECRET + SECRET_NUMBER).getBytes(StandardCharsets.UTF_8);
        KvKey bad = KvKey.of("bad", SECRET);
        byte[] badKey =
                KvKey.of("worse").append(SECRET).append((Object) new byte[] {1}).encoded();
        badKey[badKey.length - 1] = 0x7F;
        for (KvValue value : List.of(
                KvValue.copyOf(KvValue.V8, secret), KvValue.copyOf(KvValue.LE64, secret), KvValue.copyOf(77, secret))) {
            await(database().atomicWrite(AtomicWrite.of(List.of(), List.of(Mutation.set(bad.encoded(), value, null)))));
            provoke(KvDecodeException.class, () -> kv().get(bad));
            provoke(KvDecodeException.class, () -> kv().list(KvSelector.prefix("bad")));
            provoke(KvMutationException.class, () -> kv().atomic().sum(bad, 1).commit());
        }
        await(database()
                .atomicWrite(AtomicWrite.of(
                        List.of(), List.of(Mutation.set(badKey, KvValue.copyOf(KvValue.BYTES, secret), null)))));
        provoke(KvDecodeException.class, () -> kv().list(KvSelector.prefix("worse")));
    }

    private void provokeByFaults() {
        faults.writes().once().loseAnswer();
        provoke(KvOutcomeUnknownException.class, () -> kv().set(KEY, SECRET));
    }

    /** Everything that a log could show of an error and of what hangs on it. */
    private static String textsOf(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text + "\n" + error + "\n" + error.getLocalizedMessage();
    }

    /** The secrets, and what they look like when bytes are shown. */
    private static String[] secrets() {
        byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
        return new String[] {
            SECRET,
            Long.toString(SECRET_NUMBER),
            HexFormat.of().formatHex(bytes),
            HexFormat.of().withUpperCase().formatHex(bytes),
            Base64.getEncoder().encodeToString(bytes).substring(0, 20),
            Double.toString(SECRET_NUMBER)
        };
    }

    @Test
    void objectsThatAreLoggedShowShapesOnly() {
        set(KEY, SECRET);
        List<Object> logged = List.of(
                get(KEY),
                await(kv().getMany(List.of(KEY))).get(0),
                get(KEY).rawValue(),
                KvSelector.prefix(KEY),
                KvSelector.range(KEY, KEY.append(1)),
                KvSelector.prefix("users").cursorAfter(KEY),
                await(kv().page(ALL.limit(1))),
                kv().atomic().check(get(KEY)).set(KEY, SECRET).enqueue(SECRET));
        assertThat(logged).allSatisfy(object -> assertThat(object.toString()).doesNotContain(secrets()));
    }

    @Test
    void everyErrorNamesItsOperationAndWhatToDo() {
        set(A, "text");
        KvKey large = KvKey.of("k".repeat(3000));
        assertThat(errorOf(KvMutationException.class, kv().atomic().sum(A, 1).commit()))
                .hasMessageContaining("sum")
                .hasMessageContaining("[string(1)]")
                .hasMessageContaining("nothing was written");
        assertThat(errorOf(KvLimitException.class, kv().get(large)))
                .hasMessageContaining("get [string(3000)]")
                .hasMessageContaining("use a shorter key");
        assertThat(errorOf(KvLimitException.class, kv().set(A, new byte[70_000])))
                .hasMessageContaining("set [string(1)]")
                .hasMessageContaining("70000")
                .hasMessageContaining("split the value");
        assertThat(errorOf(
                        KvConflictException.class, kv().atomic().checkAbsent(A).commitOrThrow()))
                .hasMessageContaining("commit")
                .hasMessageContaining("try again");
    }
}
