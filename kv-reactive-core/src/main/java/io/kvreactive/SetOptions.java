// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an entry is set. Immutable. */
public final class SetOptions {

    private static final SetOptions DEFAULTS = new SetOptions(null);

    private final @Nullable Duration expireIn;

    private SetOptions(@Nullable Duration expireIn) {
        this.expireIn = expireIn;
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
        return new SetOptions(duration);
    }

    /**
     * The time after which the entry is no longer shown.
     *
     * @return the time from the commit on, or null for an entry that stays
     */
    public @Nullable Duration expireIn() {
        return expireIn;
    }
}
