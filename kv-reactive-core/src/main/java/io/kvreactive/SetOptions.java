// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an entry is set. Immutable. */
public final class SetOptions {

    private static final SetOptions DEFAULTS = new SetOptions(null, null);

    private final @Nullable Duration expireIn;
    private final @Nullable Instant expireAt;

    private SetOptions(@Nullable Duration expireIn, @Nullable Instant expireAt) {
        this.expireIn = expireIn;
        this.expireAt = expireAt;
    }

    /**
     * An entry that stays until it is deleted or replaced. An earlier expiry of the key is dropped.
     *
     * @return the defaults
     */
    public static SetOptions defaults() {
        return DEFAULTS;
    }

    /**
     * An entry that is no longer shown after a time, counted from the commit. It is removed from the storage some time later.
     *
     * @param duration zero or more; parts of a millisecond are dropped
     * @return the options
     * @throws IllegalArgumentException if the duration is negative
     */
    public static SetOptions expireIn(Duration duration) {
        if (Objects.requireNonNull(duration, "expireIn").isNegative()) {
            throw new IllegalArgumentException("expireIn must not be negative: " + duration);
        }
        return new SetOptions(duration, null);
    }

    /**
     * An entry that is no longer shown from a time on, as one has it from {@link KvEntry#expiresAt()}. A time that has passed at the commit
     * leaves an entry that is never shown; an earlier one under the key is gone.
     *
     * @param time the time, 1970 or later; parts of a millisecond are dropped
     * @return the options
     * @throws IllegalArgumentException if the time lies before 1970
     */
    public static SetOptions expireAt(Instant time) {
        if (Objects.requireNonNull(time, "expireAt").isBefore(Instant.EPOCH)) {
            throw new IllegalArgumentException("expireAt must not lie before 1970: " + time);
        }
        return new SetOptions(null, time);
    }

    /**
     * The time after which the entry is no longer shown.
     *
     * @return the time from the commit on, or null if none was given
     */
    public @Nullable Duration expireIn() {
        return expireIn;
    }

    /**
     * The time from which the entry is no longer shown.
     *
     * @return the time, or null if none was given
     */
    public @Nullable Instant expireAt() {
        return expireAt;
    }
}
