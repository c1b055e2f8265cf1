// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.spi.Database;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.RawEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** One bad entry must not make a list unreadable. */
class OnDecodeErrorTest {

    private static final byte[] KEY_2 = KvKey.of("k", 2).encoded();
    private static final byte[] BAD_KEY = {0x02, 'k', 0, 0x7F};

    private final List<KvDecodeException> observed = new ArrayList<>();
    private final Database database = new ScriptedDatabase(List.of(
            ScriptedDatabase.entry(KvKey.of("k", 0).encoded(), KvValue.copyOf(KvValue.BYTES, new byte[] {1})),
            ScriptedDatabase.entry(KvKey.of("k", 1).encoded(), KvValue.copyOf(9, new byte[] {1, 2, 3})),
            ScriptedDatabase.entry(KEY_2, KvValue.copyOf(KvValue.LE64, new byte[7])),
            RawEntry.defective(
                    KvKey.of("k", 3).encoded(),
                    KvValue.copyOf(0, new byte[0]),
                    Versionstamp.ofVersion(1),
                    "the column v has the wrong storage class"),
            ScriptedDatabase.entry(KvKey.of("k", 4).encoded(), KvValue.copyOf(KvValue.V8, new byte[] {1, 2, 3})),
            ScriptedDatabase.entry(KvKey.of("k", 5).encoded(), KvValue.copyOf(KvValue.BYTES, new byte[] {5})),
            ScriptedDatabase.entry(BAD_KEY, KvValue.copyOf(KvValue.BYTES, new byte[] {6}))));
    private final Kv kv = DefaultKv.over(
            Mono.just(database),
            KvOptions.builder()
                    .observer(new KvObserver() {
                        @Override
                        public void entrySkipped(KvDecodeException error) {
                            observed.add(error);
                        }
                    })
                    .build());

    @Test
    void byDefaultTheListingFailsAtTheEntryAndTellsItsKey() {
        StepVerifier.create(kv.list(KvSelector.prefix("k")))
                .expectNextCount(1)
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(KvDecodeException.class).hasMessageContaining("[string(1), number]");
                    assertThat(((KvDecodeException) e).key()).isEqualTo(KvKey.of("k", 1));
                })
                .verify();
    }

    @Test
    void skipLeavesTheEntriesOutAndTellsTheObserver() {
        assertThat(kv.list(KvSelector.prefix("k").onDecodeError(KvSelector.OnDecodeError.SKIP))
                        .map(KvEntry::key)
                        .collectList()
                        .block())
                .containsExactly(KvKey.of("k", 0), KvKey.of("k", 5));
        assertThat(observed).hasSize(5);
    }

    @Test
    void skippedEntriesDoNotCountAgainstTheLimitNorTheDemand() {
        StepVerifier.create(
                        kv.list(KvSelector.prefix("k")
                                .onDecodeError(KvSelector.OnDecodeError.SKIP)
                                .limit(2)),
                        1)
                .assertNext(e -> assertThat(e.key()).isEqualTo(KvKey.of("k", 0)))
                .thenRequest(1)
                .assertNext(e -> assertThat(e.key()).isEqualTo(KvKey.of("k", 5)))
                .verifyComplete();
    }

    @Test
    void keepGivesTheRawKeyTheRawValueAndTheReason() {
        List<KvEntry<Object>> entries = kv.list(KvSelector.prefix("k").onDecodeError(KvSelector.OnDecodeError.KEEP))
                .collectList()
                .block();
        assertThat(entries).hasSize(7);
        assertThat(entries.get(0).decodeError()).isNull();
        assertThat(entries.get(1).rawValue()).isEqualTo(KvValue.copyOf(9, new byte[] {1, 2, 3}));
        assertThat(entries.get(2).decodeError()).hasMessageContaining("eight bytes");
        assertThat(entries.get(2).key()).isEqualTo(KvKey.of("k", 2));
        assertThat(entries.get(2).rawKey()).isEqualTo(KEY_2);
        assertThat(entries.get(3).decodeError()).hasMessageContaining("storage class");
        assertThatExceptionOfType(KvDecodeException.class)
                .isThrownBy(() -> entries.get(4).value());
        assertThat(entries.get(6).rawKey()).isEqualTo(BAD_KEY);
        assertThat(entries.get(6).decodeError()).hasMessageContaining("unknown tag 7f");
        assertThatExceptionOfType(KvDecodeException.class)
                .isThrownBy(() -> entries.get(6).key());
    }

    @Test
    void getAndGetManyFailWithTheKey() {
        StepVerifier.create(kv.get(KvKey.of("k", 2)))
                .expectError(KvDecodeException.class)
                .verify();
        StepVerifier.create(kv.getMany(List.of(KvKey.of("k", 0), KvKey.of("k", 3))))
                .expectError(KvDecodeException.class)
                .verify();
    }
}
