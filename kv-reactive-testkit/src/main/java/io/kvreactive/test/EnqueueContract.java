// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.EnqueueOptions;
import io.kvreactive.KvConflictException;
import io.kvreactive.KvEncodeException;
import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code enqueue}: messages are taken, with their commit or not at all. Delivery is another topic. */
abstract class EnqueueContract extends ContractPart {

    EnqueueContract(KvContract contract) {
        super(contract);
    }

    @Test
    void aMessageOfEveryKindIsTakenWithAVersionAndIsNoEntry() {
        Versionstamp last = set(A, 1);
        for (Object message : Arrays.asList("text", null, 1, Map.of("to", "ada"), new byte[] {1, 2})) {
            if (has(KvContract.Trait.ENQUEUES)) {
                Versionstamp version = await(kv().enqueue(message));
                assertThat(version).isGreaterThan(last);
                last = version;
            } else {
                errorOf(KvUnsupportedException.class, kv().enqueue(message));
            }
        }
        assertThat(keys(ALL)).containsExactly(A);
    }

    @Test
    void aMessageIsTakenWithEveryOption() {
        awaitTaken(kv().enqueue(
                        "later",
                        EnqueueOptions.builder()
                                .delay(Duration.ofDays(30))
                                .backoffSchedule(Duration.ZERO, Duration.ofHours(1))
                                .keysIfUndelivered(KvKey.of("failed", 1), B)
                                .build()));
        assertThat(keys(ALL)).isEmpty();
    }

    @Test
    void aMessageMayAskForOneDeliveryOnly() {
        var once =
                kv().enqueue("once", EnqueueOptions.builder().backoffSchedule().build());
        if (has(KvContract.Trait.ENQUEUES) && has(KvContract.Trait.DELIVERS_ONCE)) {
            awaitEnd(once);
        } else {
            errorOf(KvUnsupportedException.class, once);
        }
    }

    @Test
    void messagesAndMutationsAreOneCommit() {
        set(A, 1);
        List<String> before = dump();
        awaitTaken(kv().atomic().enqueue("one").set(A, 2).enqueue("two").commit());
        assertThat(dump().equals(before)).isEqualTo(!has(KvContract.Trait.ENQUEUES));
        errorOf(
                KvConflictException.class,
                withMessage(kv().atomic().checkAbsent(A).set(A, 3)).commitOrThrow());
        assertThat(valueOf(A)).isNotEqualTo(3);
    }

    @Test
    void aMessageIsOfV8sFormatOnly() {
        List<Object> unstorable =
                List.of(KvU64.ZERO, new Object(), KvValue.copyOf(KvValue.BYTES, new byte[1]), KvValue.of(KvU64.ZERO));
        for (Object message : unstorable) {
            assertThatExceptionOfType(KvEncodeException.class)
                    .isThrownBy(() -> kv().enqueue(message))
                    .withMessageContaining("message");
        }
    }

    @Test
    void whatIsWrongWithTheOptionsIsRefusedAtTheCall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnqueueOptions.builder().delay(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnqueueOptions.builder().backoffSchedule(Duration.ZERO, Duration.ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnqueueOptions.builder().keysIfUndelivered(KvKey.empty()));
    }
}
