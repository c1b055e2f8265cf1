// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.SumRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepetitionTest {

    private static final byte[] A = {2, 'a', 0};
    private static final byte[] B = {2, 'b', 0};
    private static final KvValue FIVE = KvValue.of(KvU64.of(5));
    private static final Versionstamp VERSION = Versionstamp.ofVersion(7);
    private static final Enqueue MESSAGE = Enqueue.of(new byte[1], Instant.EPOCH, null, List.of());

    private static final Mutation SET = Mutation.set(A, FIVE, null);
    private static final Mutation SET_FOR_A_WHILE = Mutation.set(A, FIVE, Instant.MAX);
    private static final Mutation DELETE = Mutation.delete(A);
    private static final Mutation SUM = Mutation.sum(A, FIVE, SumRange.UNBOUNDED);
    private static final Mutation SUM_OF_ANOTHER = Mutation.sum(B, FIVE, SumRange.UNBOUNDED);
    private static final Mutation STAMPED = Mutation.setVersionstamped(A, FIVE, null);
    private static final Check ABSENT = Check.of(A, null);
    private static final Check PRESENT = Check.of(A, VERSION);

    private static boolean isHarmless(Object... parts) {
        List<Check> checks = new ArrayList<>();
        List<Mutation> mutations = new ArrayList<>();
        List<Enqueue> messages = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Check check) {
                checks.add(check);
            } else if (part instanceof Mutation mutation) {
                mutations.add(mutation);
            } else {
                messages.add((Enqueue) part);
            }
        }
        return Repetition.isHarmless(AtomicWrite.of(checks, mutations, messages));
    }

    @Test
    void setsDeletesMinAndMaxMayBeRepeatedWithOrWithoutChecks() {
        assertThat(isHarmless()).isTrue();
        assertThat(isHarmless(SET)).isTrue();
        assertThat(isHarmless(SET, SET_FOR_A_WHILE, DELETE, Mutation.min(A, FIVE), Mutation.max(A, FIVE)))
                .isTrue();
        assertThat(isHarmless(Check.of(B, VERSION), SET)).isTrue();
        assertThat(isHarmless(ABSENT, DELETE)).isTrue();
        assertThat(isHarmless(ABSENT)).isTrue();
    }

    @Test
    void sumsVersionstampedKeysAndMessagesMayNot() {
        assertThat(isHarmless(SUM)).isFalse();
        assertThat(isHarmless(SET, SUM_OF_ANOTHER)).isFalse();
        assertThat(isHarmless(STAMPED)).isFalse();
        assertThat(isHarmless(MESSAGE)).isFalse();
        assertThat(isHarmless(SET, MESSAGE)).isFalse();
        assertThat(isHarmless(Check.of(B, VERSION), SUM)).isFalse();
        assertThat(isHarmless(Check.of(B, null), SET, MESSAGE)).isFalse();
    }

    @Test
    void aCheckOfAKeyThatIsChangedMakesThemHarmless() {
        assertThat(isHarmless(PRESENT, SUM)).isTrue();
        assertThat(isHarmless(ABSENT, SUM)).isTrue();
        assertThat(isHarmless(PRESENT, SET, SUM_OF_ANOTHER, STAMPED, MESSAGE)).isTrue();
        assertThat(isHarmless(ABSENT, SET, SUM_OF_ANOTHER, MESSAGE)).isTrue();
        assertThat(isHarmless(PRESENT, DELETE, SUM_OF_ANOTHER)).isTrue();
        assertThat(isHarmless(PRESENT, SET_FOR_A_WHILE, SUM_OF_ANOTHER)).isTrue();
        assertThat(isHarmless(PRESENT, Mutation.max(A, FIVE), MESSAGE)).isTrue();
        assertThat(isHarmless(Check.of(B, VERSION), PRESENT, SET, MESSAGE)).isTrue();
    }

    @Test
    void aCheckThatWouldHoldAgainDoesNot() {
        // The key is absent afterwards as it was before.
        assertThat(isHarmless(ABSENT, DELETE, SUM_OF_ANOTHER)).isFalse();
        assertThat(isHarmless(ABSENT, SET, DELETE, SUM_OF_ANOTHER)).isFalse();
        // Or will be, when it has expired.
        assertThat(isHarmless(ABSENT, SET_FOR_A_WHILE, SUM_OF_ANOTHER)).isFalse();
        // A versionstamped key is another key than the one before the versionstamp.
        assertThat(isHarmless(PRESENT, STAMPED)).isFalse();
        // The last change of the key counts.
        assertThat(isHarmless(ABSENT, DELETE, SET, SUM_OF_ANOTHER)).isTrue();
    }
}
