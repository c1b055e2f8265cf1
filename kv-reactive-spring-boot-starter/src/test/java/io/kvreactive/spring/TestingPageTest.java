// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import io.kvreactive.test.KvExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The tests of {@code docs/testing.md}. */
class TestingPageTest {

    @RegisterExtension
    static KvExtension kv = KvExtension.inMemory();

    @Test
    void aSessionEndsAfterAnHour() {
        Sessions sessions = new Sessions(kv.kv());
        StepVerifier.create(sessions.begin("ada")).expectNextCount(1).verifyComplete();
        kv.clock().advance(Duration.ofHours(1));
        StepVerifier.create(sessions.find("ada")).verifyComplete();
    }

    @Test
    void anAnswerThatWasLostIsToldAsUnknown() {
        kv.faults().writes().once().loseAnswer();
        StepVerifier.create(new Sessions(kv.kv()).begin("ada")).verifyError(KvOutcomeUnknownException.class);
    }

    static final class Sessions {

        private final Kv kv;

        Sessions(Kv kv) {
            this.kv = kv;
        }

        Mono<Versionstamp> begin(String user) {
            return kv.set(KvKey.of("sessions", user), true, SetOptions.expireIn(Duration.ofHours(1)));
        }

        Mono<Boolean> find(String user) {
            return kv.get(KvKey.of("sessions", user), Boolean.class).map(KvEntry::value);
        }
    }
}
