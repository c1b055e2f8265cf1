// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.SetOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.StepVerifier;

class KvExtensionTest {

    private static final KvKey KEY = KvKey.of("k");
    private static final Set<Kv> SEEN = ConcurrentHashMap.newKeySet();

    @RegisterExtension
    static final KvExtension EXTENSION = KvExtension.inMemory();

    @BeforeEach
    void theDatabaseIsThereBeforeEachTest(Kv kv) {
        SEEN.add(kv);
        assertThat(kv).isSameAs(EXTENSION.kv());
        kv.set(KvKey.of("before"), 1).block();
    }

    @AfterAll
    static void everyDatabaseOfATestIsClosedAfterIt() {
        assertThat(SEEN).hasSize(8);
        for (Kv kv : SEEN) {
            StepVerifier.create(kv.get(KEY)).verifyError(KvClosedException.class);
        }
        assertThatIllegalStateException().isThrownBy(EXTENSION::kv).withMessageContaining("no test is running");
    }

    @RepeatedTest(3)
    void eachTestHasAFreshDatabase(Kv kv) {
        assertThat(kv.count(KvSelector.prefix()).block()).isEqualTo(1);
        kv.set(KEY, 1).block();
    }

    @Test
    void theDatabaseRunsOnTheClock(Kv kv, MutableClock clock) {
        assertThat(clock).isSameAs(EXTENSION.clock());
        assertThat(clock.instant()).isEqualTo(KvExtension.START);
        kv.set(KEY, 1, SetOptions.expireIn(Duration.ofHours(1))).block();
        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(kv.get(KEY).block()).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(kv.get(KEY).block()).isNull();
    }

    @Test
    void theClockBeginsAnewWithEachTest(MutableClock clock) {
        assertThat(clock.instant()).isEqualTo(KvExtension.START);
    }

    @Test
    void faultsAreThoseOfTheTest(Faults faults) {
        assertThat(faults).isSameAs(EXTENSION.faults());
    }

    @Test
    void aTestMayCloseItsDatabaseItself(Kv kv) {
        kv.close().block();
    }

    @Nested
    class InANestedClass {

        @Test
        void theDatabaseIsTheOneOfTheTestToo(Kv kv) {
            assertThat(kv.count(KvSelector.prefix()).block()).isEqualTo(1);
        }
    }
}
