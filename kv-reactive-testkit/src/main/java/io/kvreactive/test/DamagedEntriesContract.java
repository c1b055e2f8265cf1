// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.CommitResult;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvSelector.OnDecodeError;
import io.kvreactive.KvValue;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.Mutation;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code onDecodeError}: one bad entry must not make a database unreadable. */
abstract class DamagedEntriesContract extends ContractPart {

    private static final KvKey MALFORMED = KvKey.of("k", 1);
    private static final KvKey SHORT_COUNTER = KvKey.of("k", 2);
    private static final KvKey UNKNOWN_ENCODING = KvKey.of("k", 3);
    private static final KvSelector BELOW = KvSelector.prefix("k");
    /** Below {@code ["k"]}, with a tag that no part has; behind all others. */
    private static final byte[] BAD_KEY = {2, 'k', 0, 0x7F};

    private final Queue<KvDecodeException> skipped = new ConcurrentLinkedQueue<>();

    DamagedEntriesContract(KvContract contract) {
        super(contract);
    }

    @BeforeEach
    void storeDamagedEntriesAmongSoundOnes() {
        requires(KvContract.Trait.STORES_DAMAGED_BYTES);
        reopen(options().observer(new KvObserver() {
            @Override
            public void entrySkipped(KvDecodeException error) {
                skipped.add(error);
            }
        }));
        await(kv().atomic()
                .set(KvKey.of("k", 0), "first")
                .set(MALFORMED, KvValue.copyOf(KvValue.V8, new byte[] {9, 9, 9}))
                .set(KvKey.of("k", 4), "last")
                .commitOrThrow());
        CommitResult stored = await(database()
                .atomicWrite(AtomicWrite.of(
                        List.of(),
                        List.of(
                                Mutation.set(SHORT_COUNTER.encoded(), KvValue.copyOf(KvValue.LE64, new byte[7]), null),
                                Mutation.set(UNKNOWN_ENCODING.encoded(), KvValue.copyOf(9, new byte[] {1}), null),
                                Mutation.set(BAD_KEY, KvValue.copyOf(KvValue.BYTES, new byte[] {1}), null)))));
        assertThat(stored.isCommitted()).isTrue();
    }

    @Test
    void byDefaultAListingFailsAndTellsTheShapeOfTheKey() {
        KvDecodeException error = errorOf(KvDecodeException.class, kv().list(BELOW));
        assertThat(error.key()).isEqualTo(MALFORMED);
        assertThat(error).hasMessageContaining("[string(1), number]").hasMessageContaining("KEEP");
        assertThat(error.retryable()).isFalse();
        assertThat(errorOf(KvDecodeException.class, kv().list(BELOW.reverse())).rawKey())
                .isEqualTo(BAD_KEY);
        errorOf(KvDecodeException.class, kv().page(BELOW.limit(2)));
    }

    @Test
    void whatComesBeforeTheBadEntryIsGivenFirst() {
        assertThat(values(BELOW.limit(1))).containsExactly("first");
        assertThat(values(BELOW.end(MALFORMED))).containsExactly("first");
        assertThat(values(BELOW.start(KvKey.of("k", 4)).end(KvKey.of("k", 5)))).containsExactly("last");
    }

    @Test
    void skippingLeavesItOutAndTellsTheObserver() {
        KvSelector skipping = BELOW.onDecodeError(OnDecodeError.SKIP);
        assertThat(values(skipping.batchSize(1))).containsExactly("first", "last");
        assertThat(skipped)
                .extracting(KvDecodeException::rawKey)
                .containsExactly(MALFORMED.encoded(), SHORT_COUNTER.encoded(), UNKNOWN_ENCODING.encoded(), BAD_KEY);
        assertThat(values(skipping.reverse().limit(1))).containsExactly("last");
        assertThat(await(kv().page(skipping.limit(2))).hasMore()).isFalse();
    }

    @Test
    void keepingGivesWhatIsStored() {
        List<KvEntry<Object>> kept = all(kv().list(BELOW.onDecodeError(OnDecodeError.KEEP)));
        assertThat(kept).hasSize(6);
        assertThat(kept)
                .extracting(entry -> entry.decodeError() == null)
                .containsExactly(true, false, false, false, true, false);
        assertThat(kept.get(2).rawValue()).isEqualTo(KvValue.copyOf(KvValue.LE64, new byte[7]));
        assertThat(kept.get(3).rawValue()).isEqualTo(KvValue.copyOf(9, new byte[] {1}));
        assertThat(kept.get(5).rawKey()).isEqualTo(BAD_KEY);
        assertThatExceptionOfType(KvDecodeException.class)
                .isThrownBy(() -> kept.get(1).value());
        assertThatExceptionOfType(KvDecodeException.class)
                .isThrownBy(() -> kept.get(5).key());
    }

    @Test
    void pagesGoOnOverEntriesWithBadKeys() {
        KvSelector keeping = BELOW.onDecodeError(OnDecodeError.KEEP).reverse().limit(1);
        var first = await(kv().page(keeping));
        assertThat(first.entries().get(0).rawKey()).isEqualTo(BAD_KEY);
        var second = await(kv().page(keeping.after(first.next())));
        assertThat(second.entries().get(0).value()).isEqualTo("last");
    }

    @Test
    void getAndGetManyFail() {
        assertThat(errorOf(KvDecodeException.class, kv().get(SHORT_COUNTER))).hasMessageContaining("eight bytes");
        assertThat(errorOf(KvDecodeException.class, kv().getMany(List.of(KvKey.of("k", 0), UNKNOWN_ENCODING)))
                        .key())
                .isEqualTo(UNKNOWN_ENCODING);
    }

    @Test
    void noCounterStandsOnThem() {
        for (KvKey key : List.of(MALFORMED, SHORT_COUNTER, UNKNOWN_ENCODING)) {
            errorOf(KvMutationException.class, kv().atomic().sum(key, 1).commit());
            errorOf(KvMutationException.class, kv().atomic().sumNumber(key, 1).commit());
        }
    }

    @Test
    void theyAreCountedReplacedAndDeleted() {
        assertThat(await(kv().count(BELOW))).isEqualTo(6);
        set(MALFORMED, "sound");
        awaitEnd(kv().delete(UNKNOWN_ENCODING));
        assertThat(valueOf(MALFORMED)).isEqualTo("sound");
        assertThat(await(kv().deletePrefix(KvKey.of("k")))).isEqualTo(5);
        assertThat(await(kv().count(ALL))).isZero();
    }
}
