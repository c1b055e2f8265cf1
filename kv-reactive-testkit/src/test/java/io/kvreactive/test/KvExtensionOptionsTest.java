// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvConflictException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.SetOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.StepVerifier;

class KvExtensionOptionsTest {

    private static final KvKey KEY = KvKey.of("k");

    @RegisterExtension
    final KvExtension one =
            KvExtension.inMemory(KvOptions.builder().transactAttempts(1).build());

    @RegisterExtension
    final KvExtension other = KvExtension.inMemory();

    @Test
    void theyAreTaken() {
        StepVerifier.create(one.kv()
                        .transact(tx -> tx.get(KEY)
                                .flatMap(seen -> one.kv()
                                        .set(KEY, 1)
                                        .thenReturn(tx.set(KEY, 2).result(3)))))
                .verifyErrorSatisfies(
                        e -> assertThat(((KvConflictException) e).attempts()).isEqualTo(1));
    }

    @Test
    void theClockIsTheExtensionsAllTheSame() {
        one.kv().set(KEY, 1, SetOptions.expireIn(Duration.ofMillis(1))).block();
        one.clock().advance(Duration.ofMillis(1));
        StepVerifier.create(one.kv().get(KEY)).verifyComplete();
    }

    @Test
    void twoOfThemAreTwoDatabases() {
        one.kv().set(KEY, 1).block();
        one.clock().advance(Duration.ofDays(1));
        StepVerifier.create(other.kv().get(KEY)).verifyComplete();
        assertThat(other.clock().instant()).isEqualTo(KvExtension.START);
    }
}
