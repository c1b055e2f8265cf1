// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8Boxed;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.util.TokenBuffer;

/** What Jackson promises of a parser and a generator, as its other binary formats keep it. */
class StreamingTest {

    private final V8Factory factory = new V8Factory();

    @Test
    void theServicesAreFound() {
        assertThat(ServiceLoader.load(TokenStreamFactory.class)).hasAtLeastOneElementOfType(V8Factory.class);
        assertThat(ServiceLoader.load(ObjectMapper.class)).hasAtLeastOneElementOfType(V8Mapper.class);
        assertThat(factory.getFormatName()).isEqualTo("V8");
        assertThat(factory.canHandleBinaryNatively()).isTrue();
    }

    @Test
    void arraysOfUnknownLengthAreWrittenAsIfItWereKnown() {
        for (int length : new int[] {0, 1, 127, 128, 129, 300, 16_383, 16_384, 20_000}) {
            List<Object> expected = new ArrayList<>();
            byte[] bytes = written(g -> {
                g.writeStartArray();
                for (int i = 0; i < length; i++) {
                    g.writeNumber(i);
                    expected.add(i);
                }
                g.writeEndArray();
            });
            assertThat(bytes).isEqualTo(V8.encode(expected));
        }
        byte[] nested = written(g -> {
            g.writeStartArray();
            for (int i = 0; i < 200; i++) {
                g.writeStartArray();
                for (int j = 0; j < i; j++) {
                    g.writeString(j % 2 == 0 ? "x" : "\u4e16");
                }
                g.writeEndArray();
            }
            g.writeEndArray();
        });
        assertThat((List<?>) V8.decode(nested))
                .hasSize(200)
                .last()
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(199);
    }

    @Test
    void objectsTakeNamesAndValuesInTurn() {
        byte[] bytes = written(g -> g.writeStartObject()
                .writeName("a")
                .writeNumber(1)
                .writePropertyId(7)
                .writeBoolean(true)
                .writeName("o")
                .writeStartObject()
                .writeEndObject()
                .writeEndObject());
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("a", 1);
        expected.put("7", true);
        expected.put("o", Map.of());
        assertThat(bytes).isEqualTo(V8.encode(expected));
        refused(g -> g.writeStartObject().writeNumber(1), "name");
        refused(g -> g.writeStartObject().writeName("a").writeName("b"), "value");
        refused(g -> g.writeStartObject().writeName("a").writeEndObject(), "value");
        refused(g -> g.writeStartObject().writeEndArray(), "array");
        refused(g -> g.writeStartArray().writeEndObject(), "object");
        refused(g -> g.writeStartArray().writeName("a"), "value");
        refused(g -> g.writeStartArray(null, 2).writeNumber(1).writeEndArray(), "2");
        refused(g -> g.writeStartArray(null, 1).writeNumber(1).writeNumber(2), "1 elements");
    }

    @Test
    void aNameIsRefusedTheSecondTimeHoweverItIsWritten() {
        refused(g -> g.writeStartObject().writeName("1").writeNull().writePropertyId(1), "there before");
        StringBuilder all = new StringBuilder();
        refused(
                g -> {
                    g.writeStartObject();
                    for (int i = 0; i < 20; i++) {
                        g.writeName("n" + i).writeNull();
                        all.append(i);
                    }
                    g.writeName("n3");
                },
                "there before");
        byte[] again = written(g -> g.writeStartArray()
                .writeStartObject()
                .writeName("a")
                .writeNull()
                .writeEndObject()
                .writeStartObject()
                .writeName("a")
                .writeNull()
                .writeEndObject()
                .writeEndArray());
        assertThat((List<?>) V8.decode(again)).hasSize(2);
    }

    @Test
    void thereIsOneRoot() {
        refused(g -> g.writeNumber(1).writeNumber(2), "one value");
        refused(g -> g.writeStartArray().writeEndArray().writeStartArray(), "one value");
        assertThat(written(g -> {})).isEmpty();
    }

    @Test
    void whatIsOpenIsClosedAtTheEndAndHalfAValueIsNotWritten() {
        assertThat(V8.decode(written(g -> g.writeStartArray().writeStartObject())))
                .isEqualTo(List.of(Map.of()));
        assertThat(written(g -> g.writeStartObject().writeName("a"))).isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator g = factory.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
            g.writeStartArray().flush();
            assertThat(out.size()).isZero();
            g.writeEndArray().flush();
            assertThat(out.size()).isPositive();
        }
        assertThat(V8.decode(out.toByteArray())).isEqualTo(List.of());
    }

    @Test
    void scalarsOfEveryKindAreWritten() {
        byte[] text = "caf\u00e9".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = written(g -> {
            g.writeStartArray();
            g.writeString("a".toCharArray(), 0, 1).writeString(new StringReader("bc"), -1);
            g.writeUTF8String(text, 0, text.length)
                    .writeRawUTF8String(text, 0, 3)
                    .writeString((String) null);
            g.writeBinary(new byte[] {0, 1, 2, 3}, 1, 2);
            g.writeBinary(new ByteArrayInputStream(new byte[] {9}), 1);
            g.writeNumber((short) 1).writeNumber(2).writeNumber(1L << 40).writeNumber(1L << 60);
            g.writeNumber(new BigInteger("5"))
                    .writeNumber(0.5)
                    .writeNumber(0.25f)
                    .writeNumber(new BigDecimal("1.5"));
            g.writeNumber("17").writeNumber("0.5").writeNumber("123456789012345678901");
            g.writeEndArray();
        });
        List<?> values = (List<?>) V8.decode(bytes);
        assertThat((byte[]) values.get(5)).containsExactly(1, 2);
        assertThat((byte[]) values.get(6)).containsExactly(9);
        List<Object> others = new ArrayList<>(values);
        others.remove(6);
        others.remove(5);
        assertThat(others.subList(0, 5).toString()).isEqualTo("[a, bc, caf\u00e9, caf, null]");
        assertThat(others.subList(5, others.size()).toString())
                .isEqualTo(
                        "[1, 2, 1099511627776, 1152921504606846976, 5, 0.5, 0.25, 1.5, 17, 0.5, 123456789012345678901]");
        assertThat(others.get(9)).isInstanceOf(BigInteger.class);
        refused(g -> g.writeNumber("no"), "no number");
        refused(g -> g.writeBinary(new ByteArrayInputStream(new byte[1]), 2), "promised");
        assertThatThrownBy(() -> written(g -> g.writeRaw("x"))).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void withoutAMapperPlainJavaAndModelValuesAreWrittenAsTheCodecDoes() {
        List<Object> values = List.of(
                Instant.EPOCH, Set.of(1), Map.of(1, 2), V8RegExp.of("a", ""), new BigDecimal("0.5"), List.of("x"));
        byte[] bytes = written(g -> {
            g.writeStartArray();
            values.forEach(g::writePOJO);
            g.writeEndArray();
        });
        assertThat(bytes).isEqualTo(V8.encode(values));
    }

    @Test
    void mapsAndSetsAreWrittenForTheJavaObjectsThatTheyAre() {
        byte[] bytes = written(g -> {
            V8Generator v8 = (V8Generator) g;
            v8.writeStartMap(null);
            v8.writeName("a").writeNumber(1);
            v8.writeStartArray(null, 0).writeEndArray().writeNumber(2);
            v8.writeNumber(5).writeStartArray(Set.of(1), 1).writeNumber(7).writeEndArray();
            v8.writeEndObject();
        });
        assertThat(V8.decode(bytes)).isEqualTo(Map.of("a", 1, List.of(), 2, 5, Set.of(7)));
        refused(
                g -> ((V8Generator) g)
                        .writeStartMap(null)
                        .writeNumber(1)
                        .writeNull()
                        .writeNumber(1.0),
                "one in");
        refused(g -> g.writeStartArray(Set.of(), -1).writeString("a").writeString("a"), "one in");
    }

    @Test
    void objectIdsBecomeReferences() {
        byte[] bytes = written(g -> {
            g.writeStartArray();
            g.writeObjectId("x");
            g.writeStartObject().writeName("self").writeObjectRef("x").writeEndObject();
            g.writeObjectRef("x");
            g.writeEndArray();
        });
        V8Array array = (V8Array) V8.decodeModel(bytes);
        V8Object object = (V8Object) array.items().get(0);
        assertThat(array.items().get(1)).isSameAs(object);
        assertThat(object.property("self")).isSameAs(object);
        refused(g -> g.writeObjectRef("unknown"), "has not been written");
    }

    @Test
    void everyKindIsTheTokenThatTheTableSays() {
        V8ArrayBuffer buffer = V8ArrayBuffer.of(new byte[] {1, 0, 2, 0});
        assertThat(tokens(V8Null.INSTANCE)).isEqualTo("VALUE_NULL");
        assertThat(tokens(V8Undefined.INSTANCE)).isEqualTo("VALUE_NULL");
        assertThat(tokens(V8Number.float64(2))).isEqualTo("VALUE_NUMBER_INT:2");
        assertThat(tokens(V8Number.of(-0.0))).isEqualTo("VALUE_NUMBER_FLOAT:-0.0");
        assertThat(tokens(V8Number.of(0x1p53))).isEqualTo("VALUE_NUMBER_FLOAT:9.007199254740992E15");
        assertThat(tokens(io.kvreactive.v8.V8BigInt.of(BigInteger.TEN))).isEqualTo("VALUE_NUMBER_INT:10");
        assertThat(tokens(V8Object.builder()
                        .put(V8Number.of(1), V8Number.of(2))
                        .put("u", V8Undefined.INSTANCE)
                        .build()))
                .isEqualTo("START_OBJECT PROPERTY_NAME:1 VALUE_NUMBER_INT:2 END_OBJECT");
        assertThat(tokens(V8Set.builder().add(V8Undefined.INSTANCE).build()))
                .isEqualTo("START_ARRAY VALUE_NULL END_ARRAY");
        assertThat(tokens(V8View.of(V8View.Kind.INT16, buffer)))
                .isEqualTo("START_ARRAY VALUE_NUMBER_INT:1 VALUE_NUMBER_INT:2 END_ARRAY");
        assertThat(tokens(V8Map.builder().put(V8Number.of(1.5), V8Number.of(1)).build()))
                .isEqualTo("START_OBJECT PROPERTY_NAME:1.5 VALUE_NUMBER_INT:1 END_OBJECT");
        assertThat(tokens(V8Map.builder().put(V8Null.INSTANCE, V8Number.of(1)).build()))
                .isEqualTo("START_ARRAY START_ARRAY VALUE_NULL VALUE_NUMBER_INT:1 END_ARRAY END_ARRAY");
        assertThat(tokens(V8Date.of(5))).isEqualTo("VALUE_EMBEDDED_OBJECT:Instant");
        assertThat(tokens(V8Date.of(Double.NaN))).isEqualTo("VALUE_EMBEDDED_OBJECT:V8Date");
        assertThat(tokens(buffer)).isEqualTo("VALUE_EMBEDDED_OBJECT:byte[]");
        assertThat(tokens(V8View.of(V8View.Kind.UINT8, buffer, 1, 2))).isEqualTo("VALUE_EMBEDDED_OBJECT:byte[]");
        assertThat(tokens(V8View.of(V8View.Kind.DATA_VIEW, buffer))).isEqualTo("VALUE_EMBEDDED_OBJECT:V8View");
        assertThat(tokens(V8RegExp.of("a", "g"))).isEqualTo("VALUE_EMBEDDED_OBJECT:V8RegExp");
        assertThat(tokens(
                        V8Error.builder(V8Error.Kind.ERROR).cause(V8Array.of()).build()))
                .isEqualTo("VALUE_EMBEDDED_OBJECT:V8Error");
        assertThat(tokens(V8Boxed.of(true))).isEqualTo("VALUE_TRUE");
        assertThat(tokens(V8Boxed.of("x"))).isEqualTo("VALUE_STRING:x");
        V8View view = V8View.of(V8View.Kind.UINT8, buffer);
        assertThat(tokens(V8Array.of(view, buffer, view)))
                .isEqualTo("START_ARRAY VALUE_EMBEDDED_OBJECT:byte[] VALUE_EMBEDDED_OBJECT:byte[]"
                        + " VALUE_EMBEDDED_OBJECT:byte[] END_ARRAY");
    }

    @Test
    void theTagBehindATokenIsTold() {
        try (V8Parser parser = parser(V8.encode(List.of(Set.of(1), Map.of(1, 2), Instant.EPOCH, BigInteger.ONE)))) {
            assertThat(parser.currentV8Token()).isEqualTo(V8Token.END);
            List<V8Token> tags = new ArrayList<>();
            while (parser.nextToken() != null) {
                if (parser.currentToken().isStructStart()
                        || parser.currentToken().isScalarValue()) {
                    tags.add(parser.currentV8Token());
                }
            }
            assertThat(tags)
                    .containsExactly(
                            V8Token.START_DENSE,
                            V8Token.START_SET,
                            V8Token.INT32,
                            V8Token.START_MAP,
                            V8Token.INT32,
                            V8Token.DATE,
                            V8Token.BIGINT);
        }
    }

    @Test
    void childrenAreSkippedInOneStep() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("a", List.of(List.of(1), Map.of("x", 1)));
        value.put("b", 2);
        try (V8Parser parser = parser(V8.encode(value))) {
            parser.nextToken();
            assertThat(parser.nextName()).isEqualTo("a");
            parser.nextToken();
            parser.skipChildren();
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_ARRAY);
            assertThat(parser.streamReadContext().inObject()).isTrue();
            assertThat(parser.nextName()).isEqualTo("b");
            assertThat(parser.nextIntValue(0)).isEqualTo(2);
            assertThat(parser.nextToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
            assertThat(parser.isClosed()).isTrue();
            assertThat(parser.nextToken()).isNull();
        }
    }

    @Test
    void modelValuesAreReadWhereTheyStand() {
        V8Value shared = V8Date.of(1.5);
        byte[] bytes = V8.encodeModel(V8Array.of(
                V8Object.builder().put("d", shared).build(), shared, V8String.of("x"), V8Undefined.INSTANCE));
        try (V8Parser parser = parser(bytes)) {
            parser.nextToken();
            parser.nextToken();
            V8Object object = (V8Object) parser.readModelValue();
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            parser.nextToken();
            assertThat(parser.readModelValue()).isSameAs(object.property("d"));
            parser.nextToken();
            assertThat(parser.readModelValue()).isEqualTo(V8String.of("x"));
            parser.nextToken();
            assertThat(parser.readModelValue()).isEqualTo(V8Undefined.INSTANCE);
            parser.nextToken();
            assertThatThrownBy(parser::readModelValue).isInstanceOf(StreamReadException.class);
        }
    }

    @Test
    void accessorsConvertExactlyOrRefuse() {
        try (V8Parser parser = parser(V8.encode(List.of(7, 1.5, "text", new byte[] {1})))) {
            parser.nextToken();
            parser.nextToken();
            assertThat(parser.getNumberType()).isEqualTo(JsonParser.NumberType.INT);
            assertThat(parser.getLongValue()).isEqualTo(7);
            assertThat(parser.getDoubleValue()).isEqualTo(7.0);
            assertThat(parser.getDecimalValue()).isEqualByComparingTo("7");
            assertThat(parser.getString()).isEqualTo("7");
            assertThatThrownBy(parser::getBinaryValue).isInstanceOf(StreamReadException.class);
            parser.nextToken();
            assertThat(parser.getNumberType()).isEqualTo(JsonParser.NumberType.DOUBLE);
            assertThatThrownBy(parser::getIntValue).isInstanceOf(InputCoercionException.class);
            assertThat(parser.getFloatValue()).isEqualTo(1.5f);
            parser.nextToken();
            assertThat(new String(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength()))
                    .isEqualTo("text");
            assertThatThrownBy(parser::getIntValue).isInstanceOf(InputCoercionException.class);
            parser.nextToken();
            assertThat(parser.getBinaryValue()).containsExactly(1);
            assertThat(parser.currentTokenLocation().getByteOffset()).isPositive();
        }
    }

    @Test
    void errorsTellWhereTheyAre() {
        byte[] cut = {(byte) 0xff, 15, 'A', 2, 'I', 2};
        try (V8Parser parser = parser(cut)) {
            assertThatThrownBy(parser::nextToken).isInstanceOfSatisfying(StreamReadException.class, e -> {
                assertThat(e.getLocation().getByteOffset()).isEqualTo(6);
                assertThat(e).hasMessageContaining("byte offset: #6");
            });
        }
    }

    @Test
    void aStreamIsReadToItsEndAndPartsOfArraysAreParts() {
        byte[] bytes = V8.encode(List.of(1, "x"));
        assertThat(V8Mapper.shared().readValue(new ByteArrayInputStream(bytes), Object.class))
                .isEqualTo(List.of(1, "x"));
        byte[] padded = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, padded, 3, bytes.length);
        assertThat(V8Mapper.shared().readValue(padded, 3, bytes.length, Object.class))
                .isEqualTo(List.of(1, "x"));
        assertThatThrownBy(() -> factory.createParser(ObjectReadContext.empty(), "text"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void tokensPassThroughABuffer() {
        byte[] bytes =
                V8.encode(List.of(1, 1.5, new BigInteger("5"), Instant.EPOCH, Map.of("a", "b"), V8RegExp.of("a", "")));
        V8Mapper mapper = V8Mapper.shared();
        TokenBuffer buffer = mapper.readValue(bytes, TokenBuffer.class);
        assertThat(mapper.writeValueAsBytes(buffer)).isEqualTo(bytes);
        assertThat(mapper.convertValue(new Shop.Point(1, 2), Map.class).toString())
                .isEqualTo("{x=1, y=2}");
    }

    @Test
    void namesAreMadeOnceForAllValuesOfAFactory() {
        byte[] bytes = V8.encode(Map.of("a-name-of-its-own", 1));
        String[] names = new String[4];
        for (int i = 0; i < names.length; i++) {
            try (V8Parser parser = parser(bytes)) {
                parser.nextToken();
                names[i] = parser.nextName();
            }
        }
        // A name that comes again is worth keeping, at the latest when it has come twice.
        assertThat(names[3]).isSameAs(names[2]).isEqualTo(names[0]);
    }

    @Test
    void aMapperSurvivesJavaSerializationWithItsOptions() throws IOException, ClassNotFoundException {
        V8Mapper mapper = V8Mapper.builder()
                .options(V8Options.builder().setsAs(V8Options.SetsAs.ARRAY).build())
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
            objects.writeObject(mapper);
        }
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            V8Mapper again = (V8Mapper) objects.readObject();
            assertThat(again.writeValueAsBytes(Set.of(1))).isEqualTo(V8.encode(List.of(1)));
        }
    }

    private V8Parser parser(byte[] bytes) {
        return (V8Parser) factory.createParser(ObjectReadContext.empty(), bytes);
    }

    private String tokens(V8Value value) {
        List<String> tokens = new ArrayList<>();
        try (V8Parser parser = parser(V8.encodeModel(value))) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean plain = token.isStructStart()
                        || token.isStructEnd()
                        || token.isBoolean()
                        || token == JsonToken.VALUE_NULL;
                Object shown = token == JsonToken.VALUE_EMBEDDED_OBJECT
                        ? parser.getEmbeddedObject().getClass().getSimpleName()
                        : parser.getString();
                tokens.add(plain ? token.name() : token.name() + ":" + shown);
            }
        }
        return String.join(" ", tokens);
    }

    private byte[] written(Consumer<JsonGenerator> calls) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
            calls.accept(generator);
        }
        return out.toByteArray();
    }

    private void refused(Consumer<JsonGenerator> calls, String message) {
        assertThatThrownBy(() -> written(calls))
                .isInstanceOf(StreamWriteException.class)
                .hasMessageContaining(message);
    }
}
