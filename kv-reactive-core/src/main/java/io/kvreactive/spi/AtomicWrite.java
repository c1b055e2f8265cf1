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

    private AtomicWrite(List<Check> checks, List<Mutation> mutations) {
        this.checks = List.copyOf(checks);
        this.mutations = List.copyOf(mutations);
    }

    /**
     * A write.
     *
     * @param checks the conditions, all of which must hold
     * @param mutations the changes, in order
     * @return the write
     */
    public static AtomicWrite of(List<Check> checks, List<Mutation> mutations) {
        return new AtomicWrite(checks, mutations);
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

    /** The numbers of checks and mutations. */
    @Override
    public String toString() {
        return "AtomicWrite(" + checks.size() + " checks, " + mutations.size() + " mutations)";
    }
}
