// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.util.List;

/**
 * A write that takes effect as a whole or not at all: if every check holds, the mutations are applied in order, later ones seeing earlier
 * ones, and everything written carries one new version. Without mutations it still takes a version. Immutable.
 */
public final class AtomicWrite {

    private final List<Check> checks;
    private final List<Mutation> mutations;
    private final List<Enqueue> enqueues;

    private AtomicWrite(List<Check> checks, List<Mutation> mutations, List<Enqueue> enqueues) {
        this.checks = List.copyOf(checks);
        this.mutations = List.copyOf(mutations);
        this.enqueues = List.copyOf(enqueues);
    }

    /**
     * A write.
     *
     * @param checks the conditions, all of which must hold
     * @param mutations the changes, in order
     * @return the write
     */
    public static AtomicWrite of(List<Check> checks, List<Mutation> mutations) {
        return of(checks, mutations, List.of());
    }

    /**
     * A write that also enqueues messages.
     *
     * @param checks the conditions, all of which must hold
     * @param mutations the changes, in order
     * @param enqueues the messages
     * @return the write
     */
    public static AtomicWrite of(List<Check> checks, List<Mutation> mutations, List<Enqueue> enqueues) {
        return new AtomicWrite(checks, mutations, enqueues);
    }

    /**
     * The conditions.
     *
     * @return an unmodifiable list
     */
    public List<Check> checks() {
        return checks;
    }

    /**
     * The changes.
     *
     * @return an unmodifiable list, in order
     */
    public List<Mutation> mutations() {
        return mutations;
    }

    /**
     * The messages.
     *
     * @return an unmodifiable list
     */
    public List<Enqueue> enqueues() {
        return enqueues;
    }

    /** The numbers of checks, mutations and messages. */
    @Override
    public String toString() {
        return "AtomicWrite(" + checks.size() + " checks, " + mutations.size() + " mutations, " + enqueues.size()
                + " messages)";
    }
}
