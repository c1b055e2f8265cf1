// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {

    @Test
    void scalarsAreEqualWhenJavaScriptsAre() {
        assertThat(V8Number.int32(1)).isEqualTo(V8Number.uint32(1)).isEqualTo(V8Number.float64(1));
        assertThat(V8Number.int32(1)).hasSameHashCodeAs(V8Number.float64(1));
        assertThat(V8Number.float64(-0.0)).isNotEqualTo(V8Number.int32(0));
        assertThat(V8Number.ofBits(0xfff8000000000001L)).isEqualTo(V8Number.float64(Double.NaN));
        assertThat(V8String.of("a")).isEqualTo(V8String.of("a", V8String.Encoding.UTF16));
        assertThat(V8BigInt.of(BigInteger.ONE)).isEqualTo(V8BigInt.of(BigInteger.ONE, 1));
        assertThat((Object) V8BigInt.of(BigInteger.ONE)).isNotEqualTo(V8Number.int32(1));
    }

    @Test
    void containersAreEqualToThemselvesAndDeepEqualByContent() {
        V8Value dense = V8Array.of(V8Number.of(1), V8Undefined.INSTANCE);
        V8Value sparse = V8Array.sparse(2)
                .put(V8Number.of(1), V8Undefined.INSTANCE)
                .put(V8String.of("0"), V8Number.float64(1))
                .build();
        assertThat(dense).isNotEqualTo(sparse);
        assertThat(V8Value.deepEquals(dense, sparse)).isTrue();
        assertThat(V8Value.deepEquals(dense, V8Array.of(V8Number.of(1), V8Null.INSTANCE)))
                .isFalse();
        assertThat(V8Value.deepEquals(dense, V8Array.of(V8Number.of(1), V8Hole.INSTANCE)))
                .isFalse();
        assertThat(V8Value.deepEquals(dense, V8Set.of(V8Number.of(1), V8Undefined.INSTANCE)))
                .isFalse();
    }

    @Test
    void sharingIsPartOfDeepEquality() {
        V8Value one = V8Array.of();
        V8Value shared = V8Array.of(one, one);
        V8Value copied = V8Array.of(V8Array.of(), V8Array.of());
        assertThat(V8Value.deepEquals(shared, copied)).isFalse();
        assertThat(V8Value.deepEquals(copied, shared)).isFalse();
        assertThat(V8Value.deepEquals(shared, V8.decodeModel(V8.encodeModel(shared))))
                .isTrue();
    }

    @Test
    void buildersMakeCyclesAndEndWithBuild() {
        V8Object.Builder object = V8Object.builder();
        object.put("self", object.self());
        V8Map.Builder map = V8Map.builder();
        map.put(map.self(), object.build());
        V8Error.Builder error = V8Error.builder(V8Error.Kind.RANGE_ERROR).message("m");
        error.cause(error.self());
        V8Value value = V8Array.of(map.build(), error.build(), V8Host.of(object.self()));
        assertThat(V8Value.deepEquals(value, V8.decodeModel(V8.encodeModel(value))))
                .isTrue();
        assertThatThrownBy(() -> object.put("late", V8Null.INSTANCE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> error.message("late")).isInstanceOf(IllegalStateException.class);
        assertThat(object.build().property("self")).isSameAs(object.build());
        assertThat(object.build().property("none")).isNull();
    }

    @Test
    void aRepeatedKeyIsNotWritten() {
        V8Object twice = V8Object.builder()
                .put("1", V8Null.INSTANCE)
                .put(V8Number.of(1), V8Null.INSTANCE)
                .build();
        assertThatThrownBy(() -> V8.encodeModel(twice)).isInstanceOf(V8LossyConversionException.class);
        assertThatThrownBy(() -> V8.encode(List.of(twice))).isInstanceOf(V8LossyConversionException.class);
    }

    @Test
    void bytesAreCopiedInAndOut() {
        byte[] bytes = {1, 2};
        V8ArrayBuffer buffer = V8ArrayBuffer.of(bytes);
        bytes[0] = 9;
        buffer.bytes()[1] = 9;
        assertThat(buffer.bytes()).containsExactly(1, 2);
        assertThat(buffer.asByteBuffer().isReadOnly()).isTrue();
    }

    @Test
    void viewsGiveTheirElements() {
        assertThat(view(V8View.Kind.INT8, "80ff").toIntArray()).containsExactly(-128, -1);
        assertThat(view(V8View.Kind.UINT8_CLAMPED, "80ff").toIntArray()).containsExactly(128, 255);
        assertThat(view(V8View.Kind.INT16, "0080").toIntArray()).containsExactly(-32768);
        assertThat(view(V8View.Kind.UINT16, "ffff").toIntArray()).containsExactly(65535);
        assertThat(view(V8View.Kind.INT32, "feffffff").toIntArray()).containsExactly(-2);
        assertThat(view(V8View.Kind.UINT32, "feffffff").toLongArray()).containsExactly(4294967294L);
        assertThat(view(V8View.Kind.BIG_INT64, "ffffffffffffffff").toLongArray())
                .containsExactly(-1);
        assertThat(view(V8View.Kind.BIG_UINT64, "ffffffffffffffff").toBigIntegerArray())
                .containsExactly(new BigInteger("18446744073709551615"));
        assertThat(view(V8View.Kind.FLOAT16, "003c00c0ff7b01000080007cff03").toFloatArray())
                .containsExactly(1, -2, 65504, 0x1p-24f, -0f, Float.POSITIVE_INFINITY, 1023 * 0x1p-24f);
        assertThat(view(V8View.Kind.FLOAT32, "0000003f").toFloatArray()).containsExactly(0.5f);
        assertThat(view(V8View.Kind.FLOAT64, "000000000000e03f").toDoubleArray())
                .containsExactly(0.5);
        assertThat(view(V8View.Kind.INT16, "0100").toDoubleArray()).containsExactly(1);
        V8View data = view(V8View.Kind.DATA_VIEW, "0102");
        assertThat(data.toByteArray()).containsExactly(1, 2);
        assertThatThrownBy(data::toDoubleArray)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("DataView");
        assertThatThrownBy(view(V8View.Kind.UINT32, "00000000")::toIntArray).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTrackingViewFollowsItsBuffer() {
        V8View view = V8View.tracking(V8View.Kind.INT16, V8ArrayBuffer.resizable(new byte[5], 8), 2);
        assertThat(view.byteLength()).isEqualTo(2);
        assertThat(view.length()).isOne();
        assertThat(view.isTracking()).isTrue();
    }

    @Test
    void viewsThatDoNotFitAreRefused() {
        V8ArrayBuffer buffer = V8ArrayBuffer.of(new byte[4]);
        assertThatThrownBy(() -> V8View.of(V8View.Kind.INT16, buffer, 1, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> V8View.of(V8View.Kind.INT16, buffer, 4, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> V8View.of(V8View.Kind.INT16, buffer, 0, -2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> V8View.tracking(V8View.Kind.INT16, buffer, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void regularExpressionsBecomePatternsWhereJavaHasTheSame() {
        V8RegExp regExp = V8RegExp.of("^a.b$", "ims");
        assertThat(regExp.flags()).isEqualTo("ims");
        assertThat(regExp.toPattern().matcher("x\nA\nB").find()).isTrue();
        assertThatThrownBy(() -> V8RegExp.of("a", "g").toPattern()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> V8RegExp.of("a", "v").toPattern()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> V8RegExp.of("(", "").toPattern()).isInstanceOf(PatternSyntaxException.class);
        assertThatThrownBy(() -> V8RegExp.of("a", "uv")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> V8RegExp.of("a", "gg")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> V8RegExp.of("a", " ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void datesAreReadAsJavaScriptReadsThem() {
        assertThat(V8Date.of(-1.9).toInstant()).isEqualTo(Instant.ofEpochMilli(-1));
        assertThat(V8Date.of(Double.NaN).isValid()).isFalse();
        assertThat(V8Date.of(8.64e15).isValid()).isTrue();
        assertThatThrownBy(V8Date.of(8.65e15)::toInstant).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void textTellsTheShapeAndNoContent() {
        V8Value value = V8Object.builder().put("token", V8String.of("secret")).build();
        assertThat(value.toString()).isEqualTo("V8Object(1 properties)");
        assertThat(V8String.of("secret").toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "1.5, 1.5",
        "1e21, 1e+21",
        "123456789012345680000, 123456789012345680000",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "5e-324, 5e-324",
        "1e-7, 1e-7",
        "1.5e-7, 1.5e-7",
        "0.000001, 0.000001",
        "-0.1, -0.1",
        "2e-3, 0.002",
        "5.684341886080802E-14, 5.684341886080802e-14",
        "2.0E-3, 0.002",
        "1.0E23, 1e+23",
        "9007199254740993, 9007199254740992",
        "NaN, NaN",
        "-Infinity, -Infinity",
    })
    void numbersHaveTheTextThatJavaScriptGivesThem(double number, String text) {
        assertThat(V8Number.float64(number).text()).isEqualTo(text);
    }

    @Test
    void optionsAreImmutableAndMutateStartsFromThem() {
        V8Options.Builder builder = V8Options.builder().version(16).maxDepth(5);
        V8Options options = builder.build();
        builder.maxDepth(6);
        assertThat(options.maxDepth()).isEqualTo(5);
        assertThat(options.mutate().maxBytes(7).build())
                .satisfies(changed -> assertThat(changed.version()).isEqualTo(16))
                .satisfies(changed -> assertThat(changed.maxBytes()).isEqualTo(7));
        assertThatThrownBy(() -> V8Options.builder().version(14)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> V8Options.builder().maxDepth(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static V8View view(V8View.Kind kind, String hex) {
        return V8View.of(kind, V8ArrayBuffer.of(HexFormat.of().parseHex(hex)));
    }
}
