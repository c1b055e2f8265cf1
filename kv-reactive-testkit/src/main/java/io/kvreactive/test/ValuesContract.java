// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.KvEncodeException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvType;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Value;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read, of every kind, and nothing is lost of what Java has no type for. */
abstract class ValuesContract extends ContractPart {

    ValuesContract(KvContract contract) {
        super(contract);
    }

    static Stream<Object> naturalValues() {
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put("list", List.of(1, "two", List.of(3.5)));
        nested.put("deep", Map.of("flag", true));
        return Stream.of(
                "",
                "text",
                "é\0€\uD83D\uDE00",
                true,
                false,
                0,
                -1,
                Integer.MAX_VALUE,
                1.5,
                Double.POSITIVE_INFINITY,
                BigInteger.TWO.pow(100).negate(),
                Instant.parse("2026-02-03T04:05:06.789Z"),
                List.of(),
                List.of("a", 1, false),
                Map.of(),
                nested,
                Set.of("one"),
                KvU64.ZERO,
                KvU64.of(7),
                KvU64.MAX,
                "long ".repeat(5000));
    }

    @ParameterizedTest
    @MethodSource("naturalValues")
    void aNaturalValueComesBack(Object value) {
        set(A, value);
        assertThat(valueOf(A)).isEqualTo(value);
        assertThat(values(ALL)).containsExactly(value);
    }

    /** Records may be as hidden as their users like. */
    private record Item(String name, int count) {}

    private record Order(long id, Instant at, List<Item> items, Set<String> tags, Map<Integer, Item> places) {}

    @Test
    void aRecordComesBackAsARecord() {
        Item tea = new Item("tea", 2);
        Order order = new Order(1L << 60, clock.instant(), List.of(tea), Set.of("new"), Map.of(7, tea));
        set(A, order);
        set(B, List.of(tea));
        assertThat(await(kv().get(A, Order.class)).value()).isEqualTo(order);
        assertThat(await(kv().get(B, new KvType<List<Item>>() {})).value()).containsExactly(tea);
        assertThat(valueOf(B)).isEqualTo(List.of(Map.of("name", "tea", "count", 2)));
        assertThat(await(kv().list(ALL.limit(1), Order.class).next()).value()).isEqualTo(order);
    }

    @Test
    void aStoredNullIsAnEntryAndAnAbsentOneIsNone() {
        set(A, null);
        KvEntry<Object> entry = get(A);
        assertThat(entry.value()).isNull();
        assertThat(entry.rawValue().encoding()).isEqualTo(KvValue.V8);
        assertThat(keys(ALL)).containsExactly(A);
        assertThat(isAbsent(B)).isTrue();
        assertThat(await(kv().getMany(List.of(A, B))))
                .extracting(seen -> seen.isPresent())
                .containsExactly(true, false);
    }

    @Test
    void bytesAreStoredAsTheyAre() {
        byte[] bytes = {0, 1, (byte) 0xFF, 0};
        set(A, bytes);
        set(B, ByteBuffer.wrap(bytes, 1, 2));
        set(C, new byte[0]);
        assertThat(get(A).rawValue()).isEqualTo(KvValue.copyOf(KvValue.BYTES, bytes));
        assertThat(valueOf(A)).isEqualTo(bytes);
        assertThat(valueOf(B)).isEqualTo(new byte[] {1, (byte) 0xFF});
        assertThat(valueOf(C)).isEqualTo(new byte[0]);
    }

    @Test
    void aCounterIsEightBytesLittleEndian() {
        set(A, KvU64.of(258));
        assertThat(get(A).rawValue()).isEqualTo(KvValue.copyOf(KvValue.LE64, new byte[] {2, 1, 0, 0, 0, 0, 0, 0}));
    }

    @Test
    void theModelOfAValueIsStoredToTheByte() {
        List<V8Value> models = List.of(V8Number.int32(5), V8Number.float64(5), V8Date.of(1.0e12), V8String.of("text"));
        for (V8Value model : models) {
            byte[] bytes = V8.encodeModel(model);
            set(A, KvValue.copyOf(KvValue.V8, bytes));
            assertThat(get(A).rawValue().toByteArray()).isEqualTo(bytes);
            set(B, model);
            assertThat(get(B).rawValue()).isEqualTo(get(A).rawValue());
        }
    }

    @Test
    void aStoredValueIsCopiedUnchangedWhateverItIs() {
        List<KvValue> stored = List.of(
                KvValue.copyOf(KvValue.V8, new byte[] {(byte) 0xFF, 13, '0'}),
                KvValue.copyOf(KvValue.V8, new byte[] {9, 9, 9}),
                KvValue.copyOf(KvValue.V8, new byte[0]),
                KvValue.copyOf(KvValue.LE64, new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0x88}),
                KvValue.copyOf(KvValue.BYTES, new byte[] {0}));
        for (int i = 0; i < stored.size(); i++) {
            set(KvKey.of("from", i), stored.get(i));
        }
        var kept = KvSelector.OnDecodeError.KEEP;
        List<KvEntry<Object>> from = all(kv().list(KvSelector.prefix("from").onDecodeError(kept)));
        for (int i = 0; i < from.size(); i++) {
            set(KvKey.of("to", i), from.get(i).rawValue());
        }
        assertThat(all(kv().list(KvSelector.prefix("to").onDecodeError(kept))))
                .extracting(KvEntry::rawValue)
                .isEqualTo(stored);
    }

    @Test
    void aLargeValueOfEveryByteComesBack() {
        byte[] bytes = new byte[60_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        set(A, bytes);
        assertThat(Arrays.equals((byte[]) valueOf(A), bytes)).isTrue();
    }

    @Test
    void aValueIsEncodedByTheCallThatTakesIt() {
        List<Object> list = new ArrayList<>(List.of(1));
        byte[] bytes = {1};
        var operation = kv().atomic().set(A, list).set(B, bytes);
        list.add(2);
        bytes[0] = 2;
        await(operation.commitOrThrow());
        assertThat(valueOf(A)).isEqualTo(List.of(1));
        assertThat(valueOf(B)).isEqualTo(new byte[] {1});
    }

    @Test
    void whatHasNoStoredFormIsRefusedAtTheCall() {
        List<Object> unstorable = List.of(
                new Object(),
                List.of(new Object()),
                List.of(KvU64.ZERO),
                KvValue.copyOf(0, new byte[0]),
                KvValue.copyOf(4, new byte[0]),
                KvValue.copyOf(KvValue.LE64, new byte[7]));
        for (Object value : unstorable) {
            assertThatExceptionOfType(KvEncodeException.class).isThrownBy(() -> kv().set(A, value));
            assertThatExceptionOfType(KvEncodeException.class)
                    .isThrownBy(() -> kv().atomic().setVersionstamped(A, value));
        }
        assertThat(dump()).isEmpty();
    }
}
