// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.util.List;

/** What became of an atomic operation. A failed check is an expected outcome, not an error. */
public sealed interface CommitResult permits CommitResult.Committed, CommitResult.Conflict {

    /**
     * Tells whether the operation took effect.
     *
     * @return true for {@link Committed}
     */
    default boolean isCommitted() {
        return this instanceof Committed;
    }

    /**
     * All checks held and everything was written.
     *
     * @param versionstamp the version of everything that the commit wrote
     */
    record Committed(Versionstamp versionstamp) implements CommitResult {}

    /**
     * A check did not hold, and nothing was written. Read again, and try again.
     *
     * @param failedChecks the indexes of the checks that did not hold, in the order in which they were added, from 0; empty if the backend
     *     does not know them
     */
    record Conflict(List<Integer> failedChecks) implements CommitResult {

        /**
         * Copies the list.
         *
         * @param failedChecks the indexes
         */
        public Conflict {
            failedChecks = List.copyOf(failedChecks);
        }
    }
}
