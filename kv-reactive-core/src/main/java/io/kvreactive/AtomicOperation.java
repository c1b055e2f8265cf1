// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.LimitChecks;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.SumRange;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Checks and writes that take effect together or not at all.
 *
 * <pre>{@code
 * kv.getMany(List.of(from, to)).flatMap(e -> kv.atomic()
 *         .check(e.get(0), e.get(1))
 *         .set(from, balance(e.get(0)) - 10)
 *         .set(to, balance(e.get(1)) + 10)
 *         .commit());
 * }</pre>
 *
 * <p>All checks are made first. If they hold, the writes are applied in the order in which they were added, later ones seeing earlier ones;
 * everything written carries one new version. Nothing is sent before {@link #commit()} is subscribed to, and each subscription is a commit of
 * its own.
 *
 * <p>Copy-on-write: every method returns a new operation, so one can be kept as a template. Immutable and thread-safe. Values are encoded by
 * the call that takes them.
 */
public final class AtomicOperation {

    private final ValueCodec codec;
    private final Function<AtomicOperation, Mono<CommitResult>> commit;
    private final @Nullable AtomicOperation previous;
    private final @Nullable Object step;

    private AtomicOperation(
            ValueCodec codec,
            Function<AtomicOperation, Mono<CommitResult>> commit,
            @Nullable AtomicOperation previous,
            @Nullable Object step) {
        this.codec = codec;
        this.commit = commit;
        this.previous = previous;
        this.step = step;
    }

    static AtomicOperation begin(ValueCodec codec, Function<AtomicOperation, Mono<CommitResult>> commit) {
        return new AtomicOperation(codec, commit, null, null);
    }

    /**
     * Requires that what was read has not changed since: each entry must still have its version, and what was absent must still be.
     *
     * @param seen entries, or what {@code getMany} gave
     * @return a new operation
     */
    public AtomicOperation check(KvVersioned... seen) {
        AtomicOperation operation = this;
        for (KvVersioned entry : seen) {
            operation = operation.check(entry.key(), entry.versionstamp());
        }
        return operation;
    }

    /**
     * Requires a version.
     *
     * @param key the key
     * @param versionstamp the version that it must have, or null if it must be absent
     * @return a new operation
     */
    public AtomicOperation check(KvKey key, @Nullable Versionstamp versionstamp) {
        return with(Check.of(writable(key), versionstamp));
    }

    /**
     * Requires that there is no entry.
     *
     * @param key the key
     * @return a new operation
     */
    public AtomicOperation checkAbsent(KvKey key) {
        return check(key, (Versionstamp) null);
    }

    /**
     * Sets an entry that stays.
     *
     * @param key the key
     * @param value the value
     * @return a new operation
     * @throws KvEncodeException if the value has no stored form
     */
    public AtomicOperation set(KvKey key, @Nullable Object value) {
        return set(key, value, SetOptions.defaults());
    }

    /**
     * Sets an entry.
     *
     * @param key the key
     * @param value the value
     * @param options when it expires
     * @return a new operation
     * @throws KvEncodeException if the value has no stored form
     */
    public AtomicOperation set(KvKey key, @Nullable Object value, SetOptions options) {
        KvValue encoded = codec.encode(value);
        byte[] bytes = writable(key);
        return with(expiring(bytes, options, expiresAt -> Mutation.set(bytes, encoded, expiresAt)));
    }

    /**
     * Deletes an entry, if there is one.
     *
     * @param key the key
     * @return a new operation
     */
    public AtomicOperation delete(KvKey key) {
        return with(Mutation.delete(writable(key)));
    }

    /**
     * Adds to a counter, modulo 2^64; an absent one counts as zero. The commit ends with {@link KvMutationException} if something else than a
     * {@link KvU64} is stored.
     *
     * @param key the key
     * @param addend 0 or more
     * @return a new operation
     * @throws IllegalArgumentException if the addend is negative
     */
    public AtomicOperation sum(KvKey key, long addend) {
        return sum(key, KvU64.of(addend));
    }

    /**
     * As {@link #sum(KvKey, long)}, for the whole range.
     *
     * @param key the key
     * @param addend what to add
     * @return a new operation
     */
    public AtomicOperation sum(KvKey key, KvU64 addend) {
        return with(Mutation.sum(writable(key), KvValue.of(addend), SumRange.UNBOUNDED));
    }

    /**
     * Keeps the smaller of a counter and an operand; an absent counter becomes the operand. The entry gets a new version even if it stays
     * the same.
     *
     * @param key the key
     * @param operand 0 or more
     * @return a new operation
     * @throws IllegalArgumentException if the operand is negative
     */
    public AtomicOperation min(KvKey key, long operand) {
        return min(key, KvU64.of(operand));
    }

    /**
     * As {@link #min(KvKey, long)}, for the whole range.
     *
     * @param key the key
     * @param operand the operand
     * @return a new operation
     */
    public AtomicOperation min(KvKey key, KvU64 operand) {
        return with(Mutation.min(writable(key), KvValue.of(operand)));
    }

    /**
     * Keeps the greater of a counter and an operand; an absent counter becomes the operand. The entry gets a new version even if it stays
     * the same.
     *
     * @param key the key
     * @param operand 0 or more
     * @return a new operation
     * @throws IllegalArgumentException if the operand is negative
     */
    public AtomicOperation max(KvKey key, long operand) {
        return max(key, KvU64.of(operand));
    }

    /**
     * As {@link #max(KvKey, long)}, for the whole range.
     *
     * @param key the key
     * @param operand the operand
     * @return a new operation
     */
    public AtomicOperation max(KvKey key, KvU64 operand) {
        return with(Mutation.max(writable(key), KvValue.of(operand)));
    }

    /**
     * Adds to a number, as JavaScript does; an absent key takes the addend. The commit ends with {@link KvMutationException} if something else
     * than a number is stored.
     *
     * @param key the key
     * @param addend what to add
     * @return a new operation
     */
    public AtomicOperation sumNumber(KvKey key, double addend) {
        return sumNumber(key, addend, SumLimits.none());
    }

    /**
     * As {@link #sumNumber(KvKey, double)}, with the result held to limits: outside of them the commit ends with
     * {@link KvMutationException}, unless they clamp.
     *
     * @param key the key
     * @param addend what to add
     * @param limits the limits, given as numbers
     * @return a new operation
     * @throws IllegalArgumentException if a limit is a bigint
     */
    public AtomicOperation sumNumber(KvKey key, double addend, SumLimits limits) {
        return with(Mutation.sum(writable(key), codec.encode(addend), limits.toRange(Double.class, codec)));
    }

    /**
     * Adds to a bigint, exactly; an absent key takes the addend. The commit ends with {@link KvMutationException} if something else than a
     * bigint is stored; a {@link KvU64} takes an addend of 0 to 2^64 − 1.
     *
     * @param key the key
     * @param addend what to add
     * @return a new operation
     */
    public AtomicOperation sumBigInt(KvKey key, BigInteger addend) {
        return sumBigInt(key, addend, SumLimits.none());
    }

    /**
     * As {@link #sumBigInt(KvKey, BigInteger)}, with the result held to limits: outside of them the commit ends with
     * {@link KvMutationException}, unless they clamp.
     *
     * @param key the key
     * @param addend what to add
     * @param limits the limits, given as bigints
     * @return a new operation
     * @throws IllegalArgumentException if a limit is a number
     */
    public AtomicOperation sumBigInt(KvKey key, BigInteger addend, SumLimits limits) {
        return with(Mutation.sum(writable(key), codec.encode(addend), limits.toRange(BigInteger.class, codec)));
    }

    /**
     * Sets an entry under a key that ends with the versionstamp of the commit, as a string part: keys in the order of their commits. The key
     * is {@code prefix.append(versionstamp.toString())} with the versionstamp of the result. Two of one prefix in one commit hit the same
     * key; the last wins.
     *
     * @param prefix the key without its last part
     * @param value the value
     * @return a new operation
     * @throws KvEncodeException if the value has no stored form
     */
    public AtomicOperation setVersionstamped(KvKey prefix, @Nullable Object value) {
        return setVersionstamped(prefix, value, SetOptions.defaults());
    }

    /**
     * As {@link #setVersionstamped(KvKey, Object)}, with options.
     *
     * @param prefix the key without its last part
     * @param value the value
     * @param options when it expires
     * @return a new operation
     * @throws KvEncodeException if the value has no stored form
     */
    public AtomicOperation setVersionstamped(KvKey prefix, @Nullable Object value, SetOptions options) {
        KvValue encoded = codec.encode(value);
        byte[] key = writable(prefix);
        return with(expiring(key, options, expiresAt -> Mutation.setVersionstamped(key, encoded, expiresAt)));
    }

    /**
     * Puts a message into the queue.
     *
     * @param message the message
     * @return a new operation
     * @throws KvEncodeException if the message has no stored form
     */
    public AtomicOperation enqueue(@Nullable Object message) {
        return enqueue(message, EnqueueOptions.defaults());
    }

    /**
     * Puts a message into the queue.
     *
     * @param message the message
     * @param options how it is delivered
     * @return a new operation
     * @throws KvEncodeException if the message has no stored form
     */
    public AtomicOperation enqueue(@Nullable Object message, EnqueueOptions options) {
        byte[] payload = codec.encodeMessage(message);
        List<byte[]> keys =
                options.keysIfUndelivered().stream().map(KvKey::shared).toList();
        KvKey deadLetters = options.deadLetters();
        return with(new Timed(null, (now, limits) -> {
            limits.checkDelay(options.delay());
            return Enqueue.of(
                    payload,
                    millis(now).plus(options.delay()),
                    options.backoffSchedule(),
                    deadLetters == null ? keys : withDeadLetter(keys, deadLetters));
        }));
    }

    /** Each message has a dead letter of its own, also if one operation is committed several times. */
    private static List<byte[]> withDeadLetter(List<byte[]> keys, KvKey prefix) {
        List<byte[]> all = new ArrayList<>(keys);
        all.add(prefix.append(Enqueue.randomId()).shared());
        return all;
    }

    /**
     * Applies the operation. Expiries count from the subscription on.
     *
     * @return {@link CommitResult.Committed}, or {@link CommitResult.Conflict} when a check did not hold and nothing was written. Errors:
     *     {@link KvMutationException} for a counter that is none, {@link KvLimitException}, {@link KvOutcomeUnknownException} if the write may
     *     have taken effect
     */
    public Mono<CommitResult> commit() {
        return commit.apply(this);
    }

    /**
     * Applies the operation, with a conflict as an error.
     *
     * @return the version of everything written. Errors: {@link KvConflictException} when a check did not hold, and those of {@link #commit()}
     */
    public Mono<Versionstamp> commitOrThrow() {
        return commit().map(result -> committed(result, 1));
    }

    static Versionstamp committed(CommitResult result, int attempts) {
        if (result instanceof CommitResult.Conflict conflict) {
            throw new KvConflictException(conflict.failedChecks(), attempts);
        }
        return ((CommitResult.Committed) result).versionstamp();
    }

    /** The write to send, with times counted from {@code now}. */
    AtomicWrite toWrite(Instant now, LimitChecks limits) {
        Deque<Object> steps = steps();
        List<Check> checks = new ArrayList<>();
        List<Mutation> mutations = new ArrayList<>(steps.size());
        List<Enqueue> enqueues = new ArrayList<>();
        for (Object step : steps) {
            Object part = step instanceof Timed timed ? timed.part.at(now, limits) : step;
            if (part instanceof Check check) {
                checks.add(check);
            } else if (part instanceof Mutation mutation) {
                mutations.add(mutation);
            } else {
                enqueues.add((Enqueue) part);
            }
        }
        return AtomicWrite.of(checks, mutations, enqueues);
    }

    private Deque<Object> steps() {
        Deque<Object> steps = new ArrayDeque<>();
        for (AtomicOperation at = this; at != null; at = at.previous) {
            if (at.step != null) {
                steps.push(at.step);
            }
        }
        return steps;
    }

    /** The keys of checks and writes. */
    Stream<byte[]> keys() {
        return steps().stream().map(AtomicOperation::keyOf).filter(Objects::nonNull);
    }

    private static byte @Nullable [] keyOf(Object step) {
        if (step instanceof Check check) {
            return check.key();
        }
        return step instanceof Mutation mutation ? mutation.key() : ((Timed) step).key;
    }

    /** The encoding of a key that has a part at least. */
    static byte[] writable(KvKey key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException(
                    "the key is empty; a key that is written or checked has at least one part");
        }
        return key.shared();
    }

    private AtomicOperation with(Object nextStep) {
        return new AtomicOperation(codec, commit, this, nextStep);
    }

    private static Object expiring(byte[] key, SetOptions options, Function<@Nullable Instant, Mutation> mutation) {
        Duration expireIn = options.expireIn();
        Instant expireAt = options.expireAt();
        if (expireIn != null) {
            return new Timed(key, (now, limits) -> {
                requireStorable(key, "expireIn", expireIn, now);
                return mutation.apply(millis(now).plusMillis(expireIn.toMillis()));
            });
        }
        if (expireAt != null) {
            return new Timed(key, (now, limits) -> {
                requireStorable(key, "the time until expireAt", Duration.between(now, expireAt), now);
                return mutation.apply(millis(expireAt));
            });
        }
        return mutation.apply(null);
    }

    private static void requireStorable(byte[] key, String what, Duration lifetime, Instant now) {
        Duration most = Duration.between(now, Mutation.LATEST_EXPIRY);
        if (lifetime.compareTo(most) > 0) {
            throw new KvLimitException(
                    "set " + KvKey.shape(key),
                    what + " in seconds",
                    most.toSeconds(),
                    lifetime.toSeconds(),
                    "leave it out for ever");
        }
    }

    private static Instant millis(Instant now) {
        return Instant.ofEpochMilli(now.toEpochMilli());
    }

    /** A step whose times count from the commit on, so that an operation can be kept as a template. */
    private static final class Timed {
        private final byte @Nullable [] key;
        private final Part part;

        Timed(byte @Nullable [] key, Part part) {
            this.key = key;
            this.part = part;
        }

        private interface Part {
            Object at(Instant now, LimitChecks limits);
        }
    }
}
