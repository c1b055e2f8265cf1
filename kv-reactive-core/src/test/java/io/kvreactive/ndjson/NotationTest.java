// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8Boxed;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Hole;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.math.BigInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** The notation of kv-utils, character by character: what {@code JSON.stringify} gives for it. */
class NotationTest {

    private static final KvKey KEY = KvKey.of("k");

    static Stream<Arguments> carried() {
        return Stream.of(
                Arguments.of("text \"\\/\n\u0001é😀", "{'type':'string','value':'text \\'\\\\/\\n\\u0001é😀'}"),
                Arguments.of(true, "{'type':'boolean','value':true}"),
                Arguments.of(42, "{'type':'number','value':42}"),
                Arguments.of(-1.5, "{'type':'number','value':-1.5}"),
                Arguments.of(1e21, "{'type':'number','value':1e+21}"),
                Arguments.of(5e-324, "{'type':'number','value':5e-324}"),
                Arguments.of(1e-7, "{'type':'number','value':1e-7}"),
                Arguments.of(12345678901234567168d, "{'type':'number','value':12345678901234567000}"),
                Arguments.of(Double.POSITIVE_INFINITY, "{'type':'number','value':'Infinity'}"),
                Arguments.of(Double.NEGATIVE_INFINITY, "{'type':'number','value':'-Infinity'}"),
                Arguments.of(Double.NaN, "{'type':'number','value':'NaN'}"),
                Arguments.of(BigInteger.TEN.pow(30).negate(), "{'type':'bigint','value':'-1" + "0".repeat(30) + "'}"),
                Arguments.of(new byte[] {-1, -2, 0, 62}, "{'type':'Uint8Array','value':'__4APg'}"),
                Arguments.of(null, "{'type':'null','value':null}"),
                Arguments.of(V8Undefined.INSTANCE, "{'type':'undefined'}"),
                Arguments.of(KvU64.MAX, "{'type':'KvU64','value':'18446744073709551615'}"),
                Arguments.of(V8Date.of(0), "{'type':'Date','value':'1970-01-01T00:00:00.000Z'}"),
                Arguments.of(V8Date.of(-1), "{'type':'Date','value':'1969-12-31T23:59:59.999Z'}"),
                Arguments.of(V8Date.of(8.64e15), "{'type':'Date','value':'+275760-09-13T00:00:00.000Z'}"),
                Arguments.of(V8Date.of(-8.64e15), "{'type':'Date','value':'-271821-04-20T00:00:00.000Z'}"),
                Arguments.of(V8Date.of(253402300800000d), "{'type':'Date','value':'+010000-01-01T00:00:00.000Z'}"),
                Arguments.of(V8RegExp.of("a\\/b/", "gi"), "{'type':'RegExp','value':'/a\\\\/b//gi'}"),
                Arguments.of(
                        V8Array.of(V8Number.of(1), V8Null.INSTANCE),
                        "{'type':'Array','value':[{'type':'number','value':1},{'type':'null','value':null}]}"),
                Arguments.of(
                        V8Array.sparse(1).put(V8Number.of(0), V8Number.of(7)).build(),
                        "{'type':'Array','value':[{'type':'number','value':7}]}"),
                Arguments.of(
                        V8Set.of(V8String.of("a"), V8Number.of(1)),
                        "{'type':'Set','value':[{'type':'string','value':'a'},{'type':'number','value':1}]}"),
                Arguments.of(
                        V8Map.builder().put(V8Number.of(1), V8String.of("x")).build(),
                        "{'type':'Map','value':[[{'type':'number','value':1},{'type':'string','value':'x'}]]}"),
                Arguments.of(
                        V8Object.builder()
                                .put("a b", V8Object.builder().build())
                                .put("__proto__", V8Undefined.INSTANCE)
                                .build(),
                        "{'type':'object','value':{'a b':{'type':'object','value':{}},'__proto__':{'type':'undefined'}}}"),
                Arguments.of(V8ArrayBuffer.of(new byte[] {1, 2, 3}), "{'type':'ArrayBuffer','value':'AQID'}"),
                Arguments.of(view(V8View.Kind.DATA_VIEW), "{'type':'DataView','value':'AQIDBAUGBwg'}"),
                Arguments.of(view(V8View.Kind.BIG_UINT64), "{'type':'BigUint64Array','value':'AQIDBAUGBwg'}"),
                Arguments.of(view(V8View.Kind.FLOAT32), "{'type':'Float32Array','value':'AQIDBAUGBwg'}"),
                Arguments.of(
                        V8Array.of(view(V8View.Kind.UINT8)),
                        "{'type':'Array','value':[{'type':'Uint8Array','value':'AQIDBAUGBwg'}]}"),
                Arguments.of(
                        V8Error.builder(V8Error.Kind.TYPE_ERROR)
                                .message("no")
                                .stack("TypeError: no\n at x")
                                .cause(V8Number.of(1))
                                .build(),
                        "{'type':'TypeError','value':{'message':'no','cause':{'type':'number','value':1},"
                                + "'stack':'TypeError: no\\n at x'}}"),
                Arguments.of(
                        V8Error.builder(V8Error.Kind.URI_ERROR).message("").build(),
                        "{'type':'URIError','value':{'message':''}}"));
    }

    static Stream<Arguments> notCarried() {
        V8Object shared = V8Object.builder().build();
        V8Array.Builder cycle = V8Array.dense();
        cycle.add(cycle.self()).build();
        V8ArrayBuffer eight = V8ArrayBuffer.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        String undefined = "{'type':'undefined'}";
        return Stream.of(
                Arguments.of("minus zero", -0.0, "{'type':'number','value':-0}"),
                Arguments.of("a cycle", cycle.self(), "{'type':'Array','value':[" + undefined + "]}"),
                Arguments.of(
                        "a shared reference",
                        V8Array.of(shared, shared),
                        "{'type':'Array','value':[{'type':'object','value':{}}," + undefined + "]}"),
                Arguments.of(
                        "a hole",
                        V8Array.dense().add(V8Hole.INSTANCE).build(),
                        "{'type':'Array','value':[" + undefined + "]}"),
                Arguments.of("four billion holes", V8Array.sparse(4294967295L).build(), undefined),
                Arguments.of(
                        "a few holes",
                        V8Array.sparse(2).put(V8Number.of(1), V8Null.INSTANCE).build(),
                        "{'type':'Array','value':[" + undefined + ",{'type':'null','value':null}]}"),
                Arguments.of(
                        "an extra property",
                        V8Array.dense().put(V8String.of("x"), V8Null.INSTANCE).build(),
                        "{'type':'Array','value':[]}"),
                Arguments.of("a boxed primitive", V8Boxed.of("s"), "{'type':'string','value':'s'}"),
                Arguments.of(
                        "a resizable buffer",
                        V8ArrayBuffer.resizable(new byte[] {1}, 2),
                        "{'type':'ArrayBuffer','value':'AQ'}"),
                Arguments.of("a Float16Array", V8View.of(V8View.Kind.FLOAT16, eight), undefined),
                Arguments.of(
                        "a part of a buffer",
                        V8View.of(V8View.Kind.INT16, eight, 2, 4),
                        "{'type':'Int16Array','value':'AwQFBg'}"),
                Arguments.of(
                        "two views of a buffer",
                        V8Array.of(V8View.of(V8View.Kind.INT8, eight), V8View.of(V8View.Kind.INT8, eight)),
                        "{'type':'Array','value':[{'type':'Int8Array','value':'AQIDBAUGBwg'},"
                                + "{'type':'Int8Array','value':'AQIDBAUGBwg'}]}"),
                Arguments.of("an unpaired surrogate", "a\ud800", "{'type':'string','value':'a\\ud800'}"),
                Arguments.of("an invalid Date", V8Date.of(Double.NaN), "{'type':'Date','value':null}"),
                Arguments.of(
                        "an error without a message",
                        V8Error.builder(V8Error.Kind.ERROR).build(),
                        "{'type':'Error','value':{'message':''}}"),
                Arguments.of(
                        "bytes in V8's format", view(V8View.Kind.UINT8), "{'type':'Uint8Array','value':'AQIDBAUGBwg'}"),
                Arguments.of("a very deep value", nested(300), undefined),
                Arguments.of("damaged bytes", KvValue.copyOf(KvValue.V8, new byte[] {9, 9}), undefined));
    }

    private static V8View view(V8View.Kind kind) {
        return V8View.of(kind, V8ArrayBuffer.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
    }

    private static V8Value nested(int depth) {
        V8Value value = V8Null.INSTANCE;
        for (int i = 0; i < depth; i++) {
            value = V8Array.of(value);
        }
        return value;
    }

    private static String json(String quoted) {
        // A quote of the notation, but for an escaped one.
        return quoted.replaceAll("(?<!\\\\)'", "\"").replace("\\'", "\\\"");
    }

    private static String line(Kv kv) {
        return NdjsonExport.of(kv).lines().single().block();
    }

    @ParameterizedTest
    @MethodSource("carried")
    void whatTheNotationCarriesHasNothingBesideIt(Object value, String expected) {
        Kv kv = Kv.create("memory:");
        Versionstamp versionstamp = kv.set(KEY, value).block();
        assertThat(line(kv))
                .isEqualTo("{\"key\":[{\"type\":\"string\",\"value\":\"k\"}],\"value\":" + json(expected)
                        + ",\"versionstamp\":\"" + versionstamp + "\"}\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notCarried")
    void whatItDoesNotCarryIsTheNearestThingWithTheStoredBytesBesideIt(String name, Object value, String expected) {
        Kv kv = Kv.create("memory:");
        Versionstamp versionstamp = kv.set(KEY, value).block();
        KvValue stored = kv.get(KEY, KvValue.class).block().rawValue();
        assertThat(line(kv))
                .isEqualTo("{\"key\":[{\"type\":\"string\",\"value\":\"k\"}],\"value\":" + json(expected)
                        + ",\"versionstamp\":\"" + versionstamp + "\",\"raw\":{\"encoding\":1,\"data\":\""
                        + Base64Url.encode(stored.toByteArray()) + "\"}}\n");
    }

    @Test
    void aKeyHasItsPartsInTheSameNotation() {
        Kv kv = Kv.create("memory:");
        kv.set(KvKey.of("s\n", 1, -0.0, Double.NaN, BigInteger.TWO, new byte[] {-1}, false), 1)
                .block();
        assertThat(line(kv))
                .startsWith(json("{'key':[{'type':'string','value':'s\\n'},{'type':'number','value':1},"
                        + "{'type':'number','value':-0},{'type':'number','value':'NaN'},{'type':'bigint','value':'2'},"
                        + "{'type':'Uint8Array','value':'_w'},{'type':'boolean','value':false}],'value':"))
                .doesNotContain("rawKey");
    }

    @Test
    void theDeepestValueThatIsWrittenCanBeRead() {
        V8Value value = V8Null.INSTANCE;
        for (int i = 1; i < ValueWriter.MAX_DEPTH; i++) {
            value = V8Map.builder().put(V8Number.of(i), value).build();
        }
        Kv from = Kv.create("memory:");
        from.set(KEY, value).block();
        assertThat(line(from)).doesNotContain("\"raw\"");
        Kv to = Kv.create("memory:");
        assertThat(NdjsonImport.of(to).fromLines(NdjsonExport.of(from).lines()).block())
                .isEqualTo(new NdjsonProgress(1, 1, 0, 0));
        assertThat(V8Value.deepEquals(
                        value,
                        V8.decodeModel(
                                to.get(KEY, KvValue.class).block().rawValue().toByteArray())))
                .isTrue();
    }

    @Test
    void referencesToReferencesDoNotGrowALine() {
        V8Value value = V8Array.of(V8Null.INSTANCE);
        for (int i = 0; i < 200; i++) {
            value = V8Array.of(value, value);
        }
        Kv kv = Kv.create("memory:");
        kv.set(KEY, KvValue.copyOf(KvValue.V8, V8.encodeModel(value))).block();
        assertThat(line(kv)).hasSizeLessThan(15_000).contains("\"raw\":");
    }

    @Test
    void membersMayComeInAnyOrderAndUnknownOnesDoNotCount() {
        Kv kv = Kv.create("memory:");
        NdjsonProgress progress = NdjsonImport.of(kv)
                .fromLines(Flux.just(
                        json("{'new':[{'type':1}],'raw':null,'value':{'value':5,'more':{},'type':'number'},'key':"
                                + "[{'value':'k','type':'string'}]}\r\n"),
                        "  \t \n",
                        ""))
                .block();
        assertThat(progress).isEqualTo(new NdjsonProgress(1, 1, 0, 0));
        assertThat(kv.get(KEY).block().value()).isEqualTo(5);
    }

    @Test
    void rawBytesArePreferredToTheNotation() {
        Kv kv = Kv.create("memory:");
        NdjsonImport.of(kv)
                .fromLines(Flux.just(json("{'key':[{'type':'string','value':'k'}],'value':{'type':'no such type'},"
                        + "'raw':{'encoding':3,'data':'_w'}}")))
                .block();
        assertThat(kv.get(KEY).block().value()).isEqualTo(new byte[] {-1});
    }
}
