// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvValue;
import org.jspecify.annotations.Nullable;

/**
 * What the result of a sum is held to ({@code docs/spec/keys-and-values.md}, section 6). Immutable.
 *
 * @param min the smallest result, in the stored form of a number or a bigint; null for none
 * @param max the greatest result, likewise
 * @param outside what to do with a result that is outside
 */
public record SumRange(@Nullable KvValue min, @Nullable KvValue max, Outside outside) {

    /** What to do with a result outside of the range. */
    public enum Outside {
        /** Give the write up. */
        FAIL,
        /** Take the bound instead. */
        CLAMP
    }

    /** No bounds. */
    public static final SumRange UNBOUNDED = new SumRange(null, null, Outside.FAIL);
}
