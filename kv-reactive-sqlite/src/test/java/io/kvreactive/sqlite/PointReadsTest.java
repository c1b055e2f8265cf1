// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When another reader is worth it; {@link LanesIT} has the rest. */
class PointReadsTest {

    @ParameterizedTest
    @CsvSource({
        // Nothing is known yet, and pages in memory: a transaction is filled first.
        "0, 128",
        "1, 128",
        "781, 128",
        // A tenth of a millisecond of reading.
        "1000, 100",
        "2000, 50",
        "4000, 25",
        // Pages from a disk: not for a few reads, of which the next group takes all.
        "4167, 24",
        "1000000, 24",
        "9000000000000, 24"
    })
    void theLongerAReadTakesTheSoonerAnotherReaderIsWorthIt(long nanosPerRange, int ranges) {
        assertThat(PointReads.worthAReader(nanosPerRange)).isEqualTo(ranges);
    }
}
