// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.KvKey;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every kind of key, and which keys are the same. */
abstract class KeysContract extends ContractPart {

    private static final List<KvKey> IN_ORDER = List.of(
            KvKey.of((Object) new byte[0]),
            KvKey.of((Object) new byte[] {0}),
            KvKey.of((Object) new byte[] {0, 1}),
            KvKey.of((Object) new byte[] {(byte) 0xFF}),
            KvKey.of(""),
            KvKey.of("", "below the empty string"),
            KvKey.of("A"),
            KvKey.of("a"),
            KvKey.of("a", new byte[] {9}),
            KvKey.of("a", "b"),
            KvKey.of("a", BigInteger.TWO.pow(200)),
            KvKey.of("a", -1),
            KvKey.of("a", false),
            KvKey.of("a\0"),
            KvKey.of("ab"),
            KvKey.of("é"),
            KvKey.of("\uD83D\uDE00"),
            KvKey.of(BigInteger.TWO.pow(2000).negate()),
            KvKey.of(BigInteger.valueOf(-256)),
            KvKey.of(BigInteger.valueOf(-255)),
            KvKey.of(BigInteger.ZERO),
            KvKey.of(BigInteger.valueOf(255)),
            KvKey.of(BigInteger.TWO.pow(64)),
            KvKey.of(Double.NEGATIVE_INFINITY),
            KvKey.of(-1.5),
            KvKey.of(-0.0),
            KvKey.of(0),
            KvKey.of(Double.MIN_VALUE),
            KvKey.of(42),
            KvKey.of(42, 1, 2, 3),
            KvKey.of((1L << 53) - 1),
            KvKey.of(Double.POSITIVE_INFINITY),
            KvKey.of(Double.NaN),
            KvKey.of(false),
            KvKey.of(true),
            KvKey.of(true, "x", BigInteger.ONE, 1, new byte[] {1}, false));

    KeysContract(KvContract contract) {
        super(contract);
    }

    @Test
    void everyKindOfKeyIsListedInOrderWhateverTheOrderOfWriting() {
        for (int i = 0; i < IN_ORDER.size(); i++) {
            // Seven and the size have no common divisor: every key once, far from its neighbours.
            set(IN_ORDER.get(i * 7 % IN_ORDER.size()), "v");
        }
        assertThat(IN_ORDER).hasSize(36).isSorted();
        assertThat(keys(ALL)).isEqualTo(IN_ORDER);
        assertThat(keys(ALL.reverse()))
                .isEqualTo(IN_ORDER.stream().sorted(Comparator.reverseOrder()).toList());
    }

    @Test
    void everyKindOfKeyIsFoundAndDeletedByItself() {
        for (KvKey key : IN_ORDER) {
            set(key, key.toString());
        }
        for (KvKey key : IN_ORDER) {
            assertThat(get(key).key()).isEqualTo(key);
            assertThat(valueOf(key)).isEqualTo(key.toString());
        }
        for (KvKey key : IN_ORDER) {
            awaitEnd(kv().delete(key));
            assertThat(isAbsent(key)).isTrue();
        }
        assertThat(keys(ALL)).isEmpty();
    }

    @Test
    void keysOfOneEncodingAreOneEntryAndOthersAreNot() {
        set(KvKey.of("n", 42), "number");
        assertThat(valueOf(KvKey.of("n", 42L))).isEqualTo("number");
        assertThat(valueOf(KvKey.of("n", 42.0))).isEqualTo("number");
        assertThat(isAbsent(KvKey.of("n", BigInteger.valueOf(42)))).isTrue();
        assertThat(isAbsent(KvKey.of("n", "42"))).isTrue();
        set(KvKey.of("n", 0.0), "zero");
        assertThat(isAbsent(KvKey.of("n", -0.0))).isTrue();
    }

    @Test
    void aKeyIsNeitherItsBeginningNorItsContinuation() {
        set(KvKey.of("a", "b"), 1);
        assertThat(isAbsent(KvKey.of("a"))).isTrue();
        assertThat(isAbsent(KvKey.of("a", "b", "c"))).isTrue();
        assertThat(isAbsent(KvKey.of("a", "bc"))).isTrue();
        assertThat(isAbsent(KvKey.of("ab"))).isTrue();
    }

    @Test
    void theEmptyKeyIsReadableAndAbsent() {
        set(A, 1);
        assertThat(isAbsent(KvKey.empty())).isTrue();
        assertThat(await(kv().getMany(List.of(KvKey.empty(), A))))
                .extracting(seen -> seen.isPresent())
                .containsExactly(false, true);
    }

    @Test
    void theEmptyKeyIsRefusedByEveryWriteAtTheCall() {
        KvKey empty = KvKey.empty();
        List<Runnable> calls = List.of(
                () -> kv().set(empty, 1),
                () -> kv().delete(empty),
                () -> kv().deletePrefix(empty),
                () -> kv().atomic().checkAbsent(empty),
                () -> kv().atomic().set(empty, 1),
                () -> kv().atomic().delete(empty),
                () -> kv().atomic().sum(empty, 1),
                () -> kv().atomic().min(empty, 1),
                () -> kv().atomic().max(empty, 1),
                () -> kv().atomic().sumNumber(empty, 1),
                () -> kv().atomic().sumBigInt(empty, BigInteger.ONE),
                () -> kv().atomic().setVersionstamped(empty, 1));
        for (Runnable call : calls) {
            assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining("empty");
        }
    }
}
