// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseUrl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** One topic of the contract: a fresh database for each of its tests, and short ways to what is in it. */
@ExtendWith(RefusedTopic.class)
abstract class ContractPart {

    /** No test waits so long but for a bug. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long what must come is waited for; shorter only where it is known that it will not. */
    static volatile Duration patience = PATIENCE;

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    static final KvKey A = KvKey.of("a");
    static final KvKey B = KvKey.of("b");
    static final KvKey C = KvKey.of("c");
    static final KvSelector ALL = KvSelector.prefix();

    final KvContract contract;
    final MutableClock clock = MutableClock.at(START);
    final Faults faults = new Faults(clock);

    private final List<Kv> opened = new ArrayList<>();
    private final AtomicReference<@Nullable ObservedDatabase> observed = new AtomicReference<>();
    private final AtomicReference<@Nullable Database> database = new AtomicReference<>();
    private @Nullable String url;
    private @Nullable Kv kv;

    ContractPart(KvContract contract) {
        this.contract = contract;
    }

    @BeforeEach
    final void openAFreshDatabase() {
        url = contract.freshUrl();
        kv = open(options());
    }

    @AfterEach
    final void closeWhatWasOpened() {
        faults.clear();
        Flux.fromIterable(opened).concatMap(Kv::close).blockLast(patience);
    }

    /** The database of the test. */
    final Kv kv() {
        return Objects.requireNonNull(kv);
    }

    final String url() {
        return Objects.requireNonNull(url);
    }

    final KvOptions.Builder options() {
        // Messages that a test leaves are not waited for.
        KvOptions options =
                KvOptions.builder().clock(clock).closeGrace(Duration.ZERO).build();
        return contract.configure(options).mutate();
    }

    /** Closes the database of the test and opens it with other options: another, empty one where it does not survive that. */
    final Kv reopen(KvOptions.Builder options) {
        awaitEnd(kv().close());
        kv = open(options);
        return kv;
    }

    private Kv open(KvOptions.Builder options) {
        Kv another = Kv.create(
                TestDatabaseHandler.around(url()), options.with(between()).build());
        opened.add(another);
        return another;
    }

    private TestDatabaseHandler.Between between() {
        return new TestDatabaseHandler.Between(backend -> {
            ObservedDatabase outer = new ObservedDatabase(new FaultyDatabase(backend, faults));
            database.set(backend);
            observed.set(outer);
            return outer;
        });
    }

    /** What has reached the database that was opened last. */
    final ObservedDatabase observed() {
        await(kv().ready());
        return Objects.requireNonNull(observed.get());
    }

    /** What the backend opened last. */
    final Database database() {
        await(kv().ready());
        return Objects.requireNonNull(database.get());
    }

    final String backend() {
        return TestDatabaseHandler.handlerOf(DatabaseUrl.parse(url())).name();
    }

    final boolean has(KvContract.Trait trait) {
        return !contract.lacks().contains(trait);
    }

    /** What is held instead of the whole topic by a backend that cannot do it at all; null for a backend that can. */
    @Nullable
    Publisher<?> refused() {
        return null;
    }

    final void requires(KvContract.Trait trait) {
        Assumptions.assumeTrue(has(trait), () -> backend() + " lacks the trait " + trait);
    }

    /** The operation with a message more, where the backend takes messages. */
    final AtomicOperation withMessage(AtomicOperation operation) {
        return has(KvContract.Trait.ENQUEUES) ? operation.enqueue("m") : operation;
    }

    /** Waits for the end of something that brings messages, or for the refusal of a backend that takes none. */
    final void awaitTaken(Publisher<?> messages) {
        if (has(KvContract.Trait.ENQUEUES)) {
            awaitEnd(messages);
        } else {
            errorOf(KvUnsupportedException.class, messages);
        }
    }

    static <T> T await(Mono<T> mono) {
        T value = mono.block(patience);
        if (value == null) {
            throw new AssertionError("nothing was given");
        }
        return value;
    }

    /** The end of an operation that a deadline may strike by chance, on a machine that is busy with something else. */
    static void awaitDespiteDeadlines(Mono<?> mono) {
        awaitEnd(mono.retryWhen(Retry.indefinitely()
                .filter(e -> e instanceof KvTimeoutException || e instanceof KvOutcomeUnknownException)));
    }

    static void awaitEnd(Publisher<?> publisher) {
        Flux.from(publisher).then().block(patience);
    }

    static <T> List<T> all(Flux<T> flux) {
        return await(flux.collectList());
    }

    static boolean isEmpty(Mono<?> mono) {
        return !await(mono.hasElement());
    }

    static <E extends Throwable> E errorOf(Class<E> type, Publisher<?> publisher) {
        Throwable error = Flux.from(publisher)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(patience);
        assertThat(error).isInstanceOf(type);
        return type.cast(Objects.requireNonNull(error));
    }

    final Versionstamp set(KvKey key, @Nullable Object value) {
        return await(kv().set(key, value));
    }

    final KvEntry<Object> get(KvKey key) {
        return await(kv().get(key));
    }

    final @Nullable Object valueOf(KvKey key) {
        return get(key).value();
    }

    final boolean isAbsent(KvKey key) {
        return isEmpty(kv().get(key));
    }

    final List<KvKey> keys(KvSelector selector) {
        return all(kv().list(selector).map(KvEntry::key));
    }

    /** The values of a listing, none of which is null. */
    final List<Object> values(KvSelector selector) {
        return all(kv().list(selector).mapNotNull(KvEntry::value));
    }

    /** Everything in the database, with versions: equal texts are equal databases. */
    final List<String> dump() {
        return all(kv().list(ALL.batchSize(500).onDecodeError(KvSelector.OnDecodeError.KEEP))
                .map(entry -> HexFormat.of().formatHex(entry.rawKey()) + " = "
                        + HexFormat.of().formatHex(entry.rawValue().toByteArray()) + " at "
                        + entry.versionstamp()));
    }

    /** Entries {@code [name, 0]} and so on, each with its number. */
    final void fill(String name, int count) {
        int perCommit = 500;
        for (int from = 0; from < count; from += perCommit) {
            AtomicOperation operation = kv().atomic();
            for (int i = from; i < Math.min(count, from + perCommit); i++) {
                operation = operation.set(KvKey.of(name, i), i);
            }
            await(operation.commitOrThrow());
        }
    }
}
