// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.EnqueueOptions;
import io.kvreactive.KvConflictException;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvSelector;
import io.kvreactive.SetOptions;
import io.kvreactive.spi.DatabaseLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/** Every limit that the database declares, at its bound and one over. Deno's own cases are in the vectors. */
abstract class LimitsContract extends ContractPart {

    private DatabaseLimits limits = DatabaseLimits.DENO;

    LimitsContract(KvContract contract) {
        super(contract);
    }

    @BeforeEach
    void askForTheLimits() {
        limits = database().limits();
    }

    /** A key of an encoded size: one string part. */
    private static KvKey key(int bytes) {
        return KvKey.of("k".repeat(bytes - 2));
    }

    /** {@code at} goes through at the limit, and one over ends with an error that tells both numbers, with nothing written. */
    private void holds(long limit, IntFunction<Publisher<?>> operation) {
        awaitEnd(operation.apply((int) limit));
        isHeldOneOver(limit, operation);
    }

    private void holdsForMessages(long limit, IntFunction<Publisher<?>> operation) {
        awaitTaken(operation.apply((int) limit));
        isHeldOneOver(limit, operation);
    }

    private void isHeldOneOver(long limit, IntFunction<Publisher<?>> operation) {
        List<String> before = dump();
        KvLimitException error = errorOf(KvLimitException.class, operation.apply((int) limit + 1));
        assertThat(List.of(error.limit(), error.given())).containsExactly(limit, limit + 1);
        assertThat(error)
                .hasMessageContaining(error.what())
                .hasMessageContaining(Long.toString(limit))
                .hasMessageContaining(Long.toString(limit + 1));
        assertThat(error.retryable()).isFalse();
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void keysThatAreWritten() {
        holds(limits.keyBytes(), size -> kv().set(key(size), 1));
        holds(limits.keyBytes(), size -> kv().delete(key(size)));
        holds(limits.keyBytes(), size -> kv().atomic().sum(key(size), 1).commit());
        holds(
                limits.keyBytes(),
                size -> kv().atomic()
                        .checkAbsent(key(size).append())
                        .commit()
                        .onErrorComplete(KvConflictException.class));
    }

    @Test
    void keysThatAreRead() {
        int most = limits.boundBytes() - 1;
        holds(most, size -> kv().get(key(size)));
        holds(most, size -> kv().getMany(List.of(A, key(size))));
        set(key(limits.keyBytes()), "longest");
        assertThat(valueOf(key(limits.keyBytes()))).isEqualTo("longest");
        assertThat(values(ALL)).contains("longest");
    }

    @Test
    void boundsOfListings() {
        int most = limits.boundBytes();
        holds(most, size -> kv().list(KvSelector.range(A, key(size))));
        holds(most, size -> kv().list(KvSelector.range(key(size), KvKey.of("l"))));
        holds(most, size -> kv().count(KvSelector.range(A, key(size))));
        awaitEnd(kv().list(KvSelector.prefix(key(most - 1))));
        errorOf(KvLimitException.class, kv().list(KvSelector.prefix(key(most))));
    }

    @Test
    void entriesOfOneRead() {
        holds(limits.entriesPerRead(), size -> kv().list(ALL.batchSize(size)));
    }

    @Test
    void values() {
        holds(limits.valueBytes(), size -> kv().set(A, new byte[size]));
        assertThat((byte[]) valueOf(A)).hasSize(limits.valueBytes());
    }

    @Test
    void checksOfACommit() {
        holds(
                limits.checksPerWrite(),
                count -> repeated(count, AtomicOperation::checkAbsent).commit());
    }

    @Test
    void mutationsAndMessagesOfACommit() {
        holds(
                limits.mutationsPerWrite(),
                count -> repeated(count, AtomicOperation::delete).commit());
        holds(
                limits.mutationsPerWrite(),
                count -> repeated(count, (operation, key) -> operation.set(key, 1))
                        .commit());
        holdsForMessages(
                limits.mutationsPerWrite(),
                count -> repeated(count - 1, AtomicOperation::delete)
                        .enqueue("m")
                        .commit());
    }

    private AtomicOperation repeated(int count, BiFunction<AtomicOperation, KvKey, AtomicOperation> step) {
        return IntStream.range(0, count)
                .mapToObj(i -> KvKey.of("r", i))
                .reduce(kv().atomic(), step, (left, right) -> right);
    }

    @Test
    void theSizeOfACommit() {
        // Twelve full values, and one that fills the rest: the key of a value counts twice, 10 bytes each.
        int full = limits.writeBytes() / (limits.valueBytes() + 20);
        AtomicOperation twelve = IntStream.range(0, full)
                .mapToObj(KvKey::of)
                .reduce(
                        kv().atomic(),
                        (operation, key) -> operation.set(key, new byte[limits.valueBytes()]),
                        (left, right) -> right);
        int used = full * (limits.valueBytes() + 18);
        holds(
                limits.writeBytes(),
                size -> twelve.set(KvKey.of(99), new byte[size - used - 18]).commit());
    }

    @Test
    void theSizeOfTheKeysOfACommit() {
        int full = limits.writeKeyBytes() / limits.keyBytes() - 1;
        AtomicOperation many = repeated(0, AtomicOperation::delete);
        for (int i = 0; i < full; i++) {
            many = many.set(key(limits.keyBytes()), i);
        }
        AtomicOperation almost = many;
        int left = limits.writeKeyBytes() - full * limits.keyBytes();
        holds(
                limits.writeKeyBytes(),
                size -> almost.set(key(left / 2), 1)
                        .set(key(size - full * limits.keyBytes() - left / 2), 1)
                        .commit());
    }

    @Test
    void messages() {
        // Header, tag, two bytes or three of length: the text of a size that V8 writes in one byte a character.
        holdsForMessages(limits.payloadBytes(), size -> kv().enqueue("m".repeat(size - 6)));
        holdsForMessages(
                limits.backoffIntervals(),
                count -> kv().enqueue(
                                1,
                                EnqueueOptions.builder()
                                        .backoffSchedule(Collections.nCopies(count, Duration.ofMillis(1))
                                                .toArray(Duration[]::new))
                                        .build()));
        holdsForMessages(
                limits.backoffInterval().toMillis(),
                millis -> kv().enqueue(
                                1,
                                EnqueueOptions.builder()
                                        .backoffSchedule(Duration.ofMillis(millis))
                                        .build()));
        holdsForMessages(
                limits.keysIfUndelivered(),
                count -> kv().enqueue(
                                1,
                                EnqueueOptions.builder()
                                        .keysIfUndelivered(IntStream.range(0, count)
                                                .mapToObj(KvKey::of)
                                                .toArray(KvKey[]::new))
                                        .build()));
        holdsForMessages(
                limits.keyBytes(),
                size -> kv().enqueue(
                                1,
                                EnqueueOptions.builder()
                                        .keysIfUndelivered(key(size))
                                        .build()));
        long delay = limits.delay().toMillis();
        awaitTaken(kv().enqueue(1, delayed(Duration.ofMillis(delay))));
        KvLimitException error =
                errorOf(KvLimitException.class, kv().enqueue(1, delayed(Duration.ofMillis(delay + 1))));
        assertThat(List.of(error.limit(), error.given())).containsExactly(delay, delay + 1);
        errorOf(KvLimitException.class, kv().enqueue(1, delayed(Duration.ofSeconds(Long.MAX_VALUE))));
    }

    private static EnqueueOptions delayed(Duration delay) {
        return EnqueueOptions.builder().delay(delay).build();
    }

    @Test
    void theLatestExpiry() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        Duration most = Duration.between(clock.instant(), Instant.ofEpochMilli(8_210_266_876_799_999L));
        await(kv().set(A, 1, SetOptions.expireIn(most)));
        assertThat(isAbsent(A)).isFalse();
        errorOf(KvLimitException.class, kv().set(B, 1, SetOptions.expireIn(most.plusMillis(1))));
        errorOf(KvLimitException.class, kv().set(B, 1, SetOptions.expireIn(Duration.ofSeconds(Long.MAX_VALUE))));
        errorOf(KvLimitException.class, kv().set(B, 1, SetOptions.expireAt(Instant.MAX)));
        assertThat(keys(ALL)).containsExactly(A);
    }

    @Test
    void theFirstLimitThatIsPassedIsTheOneThatIsTold() {
        AtomicOperation checks = repeated(limits.checksPerWrite() + 1, AtomicOperation::checkAbsent);
        AtomicOperation both = IntStream.rangeClosed(0, limits.mutationsPerWrite())
                .mapToObj(i -> A)
                .reduce(checks, AtomicOperation::delete, (left, right) -> right);
        assertThat(errorOf(KvLimitException.class, both.commit())).hasMessageContaining("checks");
        KvLimitException key = errorOf(
                KvLimitException.class,
                kv().atomic()
                        .set(A, new byte[limits.valueBytes() + 1])
                        .set(key(limits.keyBytes() + 1), 1)
                        .commit());
        assertThat(key.what()).contains("key");
    }
}
