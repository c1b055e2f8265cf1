// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

/**
 * What to do with a write whose answer was lost: it may have been applied, and nobody knows ({@code docs/spec/kv-connect.md}, section 4.2). A
 * write that was certainly not applied is always repeated.
 */
public enum WriteRetry {

    /**
     * Repeats it if that does no harm: it holds only sets, deletes, {@code min} and {@code max}, or it checks a key that it also changes. Any
     * other ends with {@code KvOutcomeUnknownException}. The default.
     */
    WHEN_HARMLESS,

    /**
     * Repeats it whatever it holds, as other clients do: a {@code sum} may then count twice, a message be enqueued twice. A check that fails after
     * a lost answer is still told as {@code KvOutcomeUnknownException}.
     */
    ALWAYS
}
