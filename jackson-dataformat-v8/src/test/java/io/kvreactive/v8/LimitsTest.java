// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.testsupport.ProcessorTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final long A_SECOND = 1_000_000_000L;

    @Test
    void aThousandLevelsAreReadAndWrittenAndOneMoreIsNot() {
        byte[] allowed = V8.encode(nested(1_000));
        assertThat(V8.encode(V8.decode(allowed))).isEqualTo(allowed);
        assertThat(V8.encodeModel(V8.decodeModel(allowed))).isEqualTo(allowed);
        assertThatThrownBy(() -> V8.encode(nested(1_001)))
                .isInstanceOfSatisfying(
                        V8UnsupportedException.class,
                        e -> assertThat(e.reason()).isEqualTo(V8UnsupportedException.Reason.TOO_DEEP));
        V8Options deeper = V8Options.builder().maxDepth(2_000).build();
        byte[] tooDeep = V8.encode(nested(1_001), deeper);
        assertThatThrownBy(() -> V8.decode(tooDeep))
                .isInstanceOfSatisfying(
                        V8FormatException.class, e -> assertThat(e.kind()).isEqualTo(V8FormatException.Kind.DEPTH));
        assertThatThrownBy(() -> V8.decodeModel(tooDeep)).isInstanceOf(V8FormatException.class);
        V8Value model = V8.decodeModel(tooDeep, deeper);
        assertThatThrownBy(() -> V8.encodeModel(model)).isInstanceOf(V8UnsupportedException.class);
        assertThatThrownBy(() -> V8.encode(
                        List.of(model), deeper.mutate().maxDepth(1_001).build()))
                .isInstanceOf(V8UnsupportedException.class);
    }

    @Test
    void nothingRecursesWhateverDepthIsAllowed() {
        V8Options deep = V8Options.builder().maxDepth(Integer.MAX_VALUE).build();
        byte[] bytes = V8.encode(nested(300_000), deep);
        assertThat(V8.encode(V8.decode(bytes, deep), deep)).isEqualTo(bytes);
        V8Value model = V8.decodeModel(bytes, deep);
        assertThat(V8.encodeModel(model, deep)).isEqualTo(bytes);
        assertThat(V8Value.deepEquals(model, V8.decodeModel(bytes, deep))).isTrue();
        assertThat(model.toString()).isEqualTo("V8Array(DENSE, length 1, 0 properties)");
    }

    @Test
    void inputAndOutputAreLimitedInBytes() {
        V8Options small = V8Options.builder().maxBytes(10).build();
        byte[] ten = V8.encode("123456");
        assertThat(ten).hasSize(10);
        assertThat(V8.encode("123456", small)).isEqualTo(ten);
        assertThat(V8.decode(ten, small)).isEqualTo("123456");
        assertThatThrownBy(() -> V8.encode("1234567", small)).satisfies(LimitsTest::isTooLarge);
        assertThatThrownBy(() -> V8.encode("x".repeat(100_000), small)).satisfies(LimitsTest::isTooLarge);
        assertThatThrownBy(() -> V8.encode(new byte[100_000], small)).satisfies(LimitsTest::isTooLarge);
        assertThatThrownBy(() -> V8.decode(V8.encode("1234567"), small)).satisfies(LimitsTest::isTooLarge);
    }

    @Test
    void sharedListsOfTooManyPathsAreNoMembersOfASet() {
        List<Object> shared = List.of();
        for (int i = 0; i < 40; i++) {
            shared = new ArrayList<>(List.of(shared, new ArrayList<>()));
            shared.set(1, shared.get(0));
        }
        byte[] list = V8.encode(shared);
        assertThat(V8.encode(V8.decode(list))).isEqualTo(list);
        V8Value model = V8Set.of(V8.decodeModel(list));
        long start = ProcessorTime.nanos();
        assertThatThrownBy(() -> V8.decode(V8.encodeModel(model)))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("V8Set");
        assertThat(ProcessorTime.nanos() - start).isLessThan(A_SECOND);
    }

    @Test
    void setsInSetsAreHashedOnlyAsFarAsTheStackBears() {
        V8Value nested = V8Set.of();
        for (int i = 0; i < 999; i++) {
            nested = V8Set.of(nested);
        }
        byte[] bytes = V8.encodeModel(nested);
        assertThatThrownBy(() -> V8.decode(bytes)).isInstanceOf(V8LossyConversionException.class);
        V8Value bearable = V8Set.of();
        for (int i = 0; i < 400; i++) {
            bearable = V8Set.of(bearable);
        }
        assertThat(V8.decode(V8.encodeModel(bearable))).isInstanceOf(Set.class);
    }

    @Test
    void claimsOfMemoryAreNotBelieved() {
        for (String claim : List.of("61ffffffff0f4000ffffffff0f", "7e00ffffffffffffff0f")) {
            assertThat(V8.decodeModel(HexFormat.of().parseHex("ff10" + claim))).isNotNull();
        }
        StringBuilder nested = new StringBuilder("ff10");
        for (int i = 0; i < 900; i++) {
            // Each level claims as many elements as there are bytes.
            nested.append("4180e03f");
        }
        byte[] bytes = HexFormat.of().parseHex(nested + "00".repeat(1_100_000));
        assertThatThrownBy(() -> V8.decode(bytes)).isInstanceOf(V8FormatException.class);
    }

    @Test
    void trailingBytesAreRefusedUnlessIgnored() {
        byte[] bytes = HexFormat.of().parseHex("ff1030deadbeef");
        assertThatThrownBy(() -> V8.decode(bytes)).isInstanceOfSatisfying(V8FormatException.class, e -> {
            assertThat(e.kind()).isEqualTo(V8FormatException.Kind.TRAILING_BYTES);
            assertThat(e.offset()).hasValue(3);
        });
        assertThat(V8.decode(
                        bytes,
                        V8Options.builder().trailing(V8Options.Trailing.IGNORE).build()))
                .isNull();
    }

    @Test
    void nodeViewsAreRefusedIfAsked() {
        V8Options refuse =
                V8Options.builder().nodeViews(V8Options.NodeViews.REFUSE).build();
        assertThatThrownBy(() -> V8.decodeModel(HexFormat.of().parseHex("ff0f5c0103010203"), refuse))
                .isInstanceOf(V8UnsupportedException.class);
    }

    private static void isTooLarge(Throwable e) {
        assertThat(e)
                .isInstanceOfSatisfying(
                        V8UnsupportedException.class,
                        u -> assertThat(u.reason()).isEqualTo(V8UnsupportedException.Reason.TOO_LARGE));
    }

    private static Object nested(int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = 1; i < depth; i++) {
            List<Object> outer = new ArrayList<>();
            outer.add(list);
            list = outer;
        }
        return list;
    }
}
