// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import io.kvreactive.Versionstamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers to a write ({@code docs/spec/kv-connect.md}, section 4.2). Immutable.
 *
 * @param status {@link #UNSPECIFIED}, {@link #SUCCESS}, {@link #CHECK_FAILURE}, {@link #WRITE_DISABLED}, or a number that nobody knows
 * @param versionstamp the version of the commit; there with {@link #SUCCESS} only
 * @param failedChecks the indexes of checks that did not hold, with {@link #CHECK_FAILURE}; many servers name none
 */
public record WriteAnswer(int status, @Nullable Versionstamp versionstamp, List<Integer> failedChecks) {

    /** It failed, and nobody knows why; not to be repeated. */
    public static final int UNSPECIFIED = 0;

    /** Everything was written. */
    public static final int SUCCESS = 1;

    /** A check did not hold, and nothing was written. */
    public static final int CHECK_FAILURE = 2;

    /** This server cannot write now: new metadata may name another. */
    public static final int WRITE_DISABLED = 5;

    /**
     * Copies the list.
     *
     * @param status the status
     * @param versionstamp the version
     * @param failedChecks the indexes
     */
    public WriteAnswer {
        failedChecks = List.copyOf(failedChecks);
    }
}
