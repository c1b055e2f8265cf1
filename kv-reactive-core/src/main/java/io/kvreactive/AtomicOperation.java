// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Mutation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
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

    private final Function<AtomicOperation, Mono<CommitResult>> commit;
    private final @Nullable AtomicOperation previous;
    private final @Nullable Object step;

    private AtomicOperation(
            Function<AtomicOperation, Mono<CommitResult>> commit,
            @Nullable AtomicOperation previous,
            @Nullable Object step) {
        this.commit = commit;
        this.previous = previous;
        this.step = step;
    }

    static AtomicOperation begin(Function<AtomicOperation, Mono<CommitResult>> commit) {
        return new AtomicOperation(commit, null, null);
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
        return with(new SetStep(writable(key), ValueCodec.encode(value), options.expireIn()));
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
        return counter(Mutation.Kind.SUM, key, addend);
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
        return counter(Mutation.Kind.MIN, key, operand);
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
        return counter(Mutation.Kind.MAX, key, operand);
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

    /** The write to send, with expiries counted from {@code now}. */
    AtomicWrite toWrite(Instant now) {
        Deque<Object> steps = new ArrayDeque<>();
        for (AtomicOperation at = this; at != null; at = at.previous) {
            if (at.step != null) {
                steps.push(at.step);
            }
        }
        List<Check> checks = new ArrayList<>();
        List<Mutation> mutations = new ArrayList<>(steps.size());
        for (Object step : steps) {
            if (step instanceof Check check) {
                checks.add(check);
            } else if (step instanceof SetStep set) {
                mutations.add(set.toMutation(now));
            } else {
                mutations.add((Mutation) step);
            }
        }
        return AtomicWrite.of(checks, mutations);
    }

    private AtomicOperation counter(Mutation.Kind kind, KvKey key, KvU64 operand) {
        return with(Mutation.counter(kind, writable(key), KvValue.of(operand)));
    }

    private static byte[] writable(KvKey key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException(
                    "the key is empty; a key that is written or checked has at least one part");
        }
        return key.shared();
    }

    private AtomicOperation with(Object nextStep) {
        return new AtomicOperation(commit, this, nextStep);
    }

    /** A set whose expiry is a time from the commit on, so that an operation can be kept as a template. */
    private static final class SetStep {
        // Later expiries do not fit the file format's milliseconds, docs/spec/keys-and-values.md section 4.
        private static final Instant LATEST = Instant.ofEpochMilli(8_210_266_876_799_999L);

        private final byte[] key;
        private final KvValue value;
        private final @Nullable Duration expireIn;

        SetStep(byte[] key, KvValue value, @Nullable Duration expireIn) {
            this.key = key;
            this.value = value;
            this.expireIn = expireIn;
        }

        Mutation toMutation(Instant now) {
            if (expireIn == null) {
                return Mutation.set(key, value, null);
            }
            Duration most = Duration.between(now, LATEST);
            if (expireIn.compareTo(most) > 0) {
                throw new KvLimitException(
                        "set " + KvKey.shape(key),
                        "expireIn in seconds",
                        most.toSeconds(),
                        expireIn.toSeconds(),
                        "leave it out for ever");
            }
            return Mutation.set(key, value, Instant.ofEpochMilli(now.toEpochMilli() + expireIn.toMillis()));
        }
    }
}
