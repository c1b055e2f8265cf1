// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import io.kvreactive.spi.RawEntry;
import java.util.List;

/**
 * What a server answers to a read, as it stands on the wire: whether it is usable depends on the version of the protocol and on what was asked
 * ({@code docs/spec/kv-connect.md}, section 4.1). Immutable.
 *
 * @param status the status of version 3: {@link #UNSPECIFIED}, {@link #SUCCESS}, {@link #DISABLED}, or a number that nobody knows
 * @param isReadDisabled what versions 1 and 2 have instead of a status
 * @param isStronglyConsistent whether the server vouches for the latest state
 * @param ranges the entries of each range
 */
public record ReadAnswer(
        int status, boolean isReadDisabled, boolean isStronglyConsistent, List<List<RawEntry>> ranges) {

    /** No status was sent: fatal in version 3. */
    public static final int UNSPECIFIED = 0;

    /** The ranges are there. */
    public static final int SUCCESS = 1;

    /** This server cannot read now: new metadata may name another. */
    public static final int DISABLED = 2;

    /**
     * Copies the list.
     *
     * @param status the status
     * @param isReadDisabled the flag
     * @param isStronglyConsistent the flag
     * @param ranges the entries
     */
    public ReadAnswer {
        ranges = List.copyOf(ranges);
    }
}
