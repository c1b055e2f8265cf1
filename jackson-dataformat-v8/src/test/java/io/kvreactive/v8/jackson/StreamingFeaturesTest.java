// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.v8.PlainJava;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8Hole;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8RegExp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.filter.FilteringGeneratorDelegate;
import tools.jackson.core.filter.FilteringParserDelegate;
import tools.jackson.core.filter.JsonPointerBasedFilter;
import tools.jackson.core.filter.TokenFilter;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/** The rest of what Jackson promises: next-methods, copies, filters, features, sources, targets, constraints, and buffers that are used again. */
class StreamingFeaturesTest {

    private static final V8Mapper MAPPER = V8Mapper.shared();

    private final V8Factory factory = new V8Factory();

    @TempDir
    Path folder;

    @Test
    void nextMethodsGiveTheValueOrSayThatItIsNone() {
        try (V8Parser parser = parser(V8.encode(List.of("a", 1, 1L << 40, true, false, 2.5)))) {
            assertThat(parser.nextStringValue()).isNull();
            assertThat(parser.currentToken()).isEqualTo(JsonToken.START_ARRAY);
            assertThat(parser.nextStringValue()).isEqualTo("a");
            assertThat(parser.nextIntValue(-1)).isEqualTo(1);
            assertThat(parser.nextLongValue(-1)).isEqualTo(1L << 40);
            assertThat(parser.nextBooleanValue()).isTrue();
            assertThat(parser.nextBooleanValue()).isFalse();
            assertThat(parser.nextIntValue(-1)).isEqualTo(-1);
            assertThat(parser.currentToken()).isEqualTo(JsonToken.VALUE_NUMBER_FLOAT);
            assertThat(parser.nextBooleanValue()).isNull();
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("one", 1);
        object.put("two", 2);
        try (V8Parser parser = parser(V8.encode(object))) {
            parser.nextToken();
            assertThat(parser.nextName(new SerializedString("one"))).isTrue();
            assertThat(parser.nextName(new SerializedString("one"))).isFalse();
            assertThat(parser.currentToken()).isEqualTo(JsonToken.VALUE_NUMBER_INT);
            assertThat(parser.nextName(new SerializedString("other"))).isFalse();
            assertThat(parser.currentName()).isEqualTo("two");
        }
    }

    @Test
    void textAndBinaryGoToWritersAndStreams() {
        try (V8Parser parser = parser(V8.encode(List.of("text", new byte[] {1, 2, 3}, 5, Map.of("name", 1))))) {
            parser.nextToken();
            parser.nextToken();
            StringWriter text = new StringWriter();
            assertThat(parser.getString(text)).isEqualTo(4);
            assertThat(text).hasToString("text");
            assertThat(parser.getValueAsInt(7)).isEqualTo(7);
            assertThatThrownBy(() -> parser.readBinaryValue(OutputStream.nullOutputStream()))
                    .isInstanceOf(StreamReadException.class);
            parser.nextToken();
            ByteArrayOutputStream binary = new ByteArrayOutputStream();
            assertThat(parser.readBinaryValue(binary)).isEqualTo(3);
            assertThat(binary.toByteArray()).containsExactly(1, 2, 3);
            assertThat(parser.getValueAsString("none")).isEqualTo("none");
            assertThat(parser.getValueAsInt(7)).isEqualTo(7);
            assertThat(parser.getValueAsBoolean(true)).isTrue();
            parser.nextToken();
            assertThat(parser.getValueAsString()).isEqualTo("5");
            assertThat(parser.getValueAsDouble()).isEqualTo(5.0);
            assertThat(parser.getValueAsLong()).isEqualTo(5L);
            parser.nextToken();
            parser.nextToken();
            assertThat(parser.getValueAsString()).isEqualTo("name");
            assertThat(parser.getString()).isEqualTo("name");
        }
    }

    @Test
    void structuresAreCopiedFromOtherFormatsAndToThem() {
        String text = "{\"a\":[1,2.5,true,null,\"x\",{\"b\":[]}],\"c\":12345678901234567890}";
        JsonMapper json = JsonMapper.builder().build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonParser from = json.createParser(text);
                JsonGenerator to = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            from.nextToken();
            to.copyCurrentStructure(from);
        }
        StringWriter back = new StringWriter();
        try (JsonParser from = parser(out.toByteArray());
                JsonGenerator to = json.createGenerator(back)) {
            from.nextToken();
            to.copyCurrentStructure(from);
        }
        assertThat(back).hasToString(text);
    }

    @Test
    void whatOnlyThisFormatHasIsCopiedWithinIt() {
        byte[] bytes = V8.encode(
                List.of(Instant.EPOCH, new byte[] {1}, V8RegExp.of("a", "g"), new BigInteger("7"), -0.0, "\ud800"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonParser from = parser(bytes);
                JsonGenerator to = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            while (from.nextToken() != null) {
                to.copyCurrentEventExact(from);
            }
        }
        assertThat(out.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void tokensPassFiltersBothWays() {
        byte[] bytes = V8.encode(Map.of("a", Map.of("b", List.of(1, 2), "c", 3)));
        TokenFilter atB = new JsonPointerBasedFilter("/a/b");
        try (JsonParser filtered =
                new FilteringParserDelegate(parser(bytes), atB, TokenFilter.Inclusion.ONLY_INCLUDE_ALL, false)) {
            assertThat(MAPPER.<JsonNode>readTree(filtered)).hasToString("[1,2]");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator filtered = new FilteringGeneratorDelegate(
                MAPPER.createGenerator(out), atB, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, false)) {
            MAPPER.writeValue(filtered, MAPPER.readTree(bytes));
        }
        assertThat(V8.decode(out.toByteArray())).isEqualTo(Map.of("a", Map.of("b", List.of(1, 2))));
    }

    record Point(int x, int y) {}

    static final class Bean {
        public int kept = 1;
        public int changed = 2;
    }

    @Test
    void valuesAreReadOneByOneAtAPlaceAndIntoOthers() {
        byte[] bytes = MAPPER.writeValueAsBytes(List.of(new Point(1, 2), new Point(3, 4)));
        try (MappingIterator<Point> points = MAPPER.readerFor(Point.class).readValues(bytes)) {
            assertThat(points.readAll()).containsExactly(new Point(1, 2), new Point(3, 4));
        }
        assertThat(MAPPER.readerFor(Point.class).at(JsonPointer.compile("/1")).<Point>readValue(bytes))
                .isEqualTo(new Point(3, 4));
        Bean bean = MAPPER.readerForUpdating(new Bean()).readValue(V8.encode(Map.of("changed", 5)));
        assertThat(List.of(bean.kept, bean.changed)).containsExactly(1, 5);
    }

    @Test
    void featuresMayBeSwitchedForOneCall() {
        byte[] hole = V8.encodeModel(V8Array.dense().add(V8Hole.INSTANCE).build());
        assertThatThrownBy(() -> MAPPER.readTree(hole)).isInstanceOf(StreamReadException.class);
        assertThat(MAPPER.reader().without(V8ReadFeature.FAIL_ON_HOLES).readTree(hole))
                .hasToString("[null]");
        Map<String, Object> indexed = new LinkedHashMap<>();
        indexed.put("b", 1);
        indexed.put("7", 2);
        V8Options parity =
                V8Options.builder().writerMode(V8Options.WriterMode.PARITY).build();
        assertThat(MAPPER.writer().with(V8WriteFeature.PARITY).writeValueAsBytes(indexed))
                .isEqualTo(V8.encode(indexed, parity))
                .isNotEqualTo(MAPPER.writeValueAsBytes(indexed));
    }

    @Test
    void aFactoryMadeAnewKeepsWhatItWasTold() {
        V8Factory told = V8Factory.builder()
                .options(V8Options.builder().version(16).build())
                .enable(V8WriteFeature.PARITY)
                .disable(V8ReadFeature.FAIL_ON_HOLES)
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxTokenCount(3).build())
                .build();
        for (V8Factory again : List.of(told.rebuild().build(), told.copy())) {
            assertThat(again.options().version()).isEqualTo(16);
            assertThat(again.getFormatWriteFeatures()).isEqualTo(V8WriteFeature.PARITY.getMask());
            assertThat(V8ReadFeature.FAIL_ON_HOLES.enabledIn(again.getFormatReadFeatures()))
                    .isFalse();
            assertThat(again.streamReadConstraints().getMaxTokenCount()).isEqualTo(3);
            assertThat(V8Mapper.builder(again).build().writeValueAsBytes(null)[1])
                    .isEqualTo((byte) 16);
        }
        assertThat(told.canUseSchema(null)).isFalse();
        assertThat(told.canParseAsync()).isFalse();
    }

    @Test
    void streamsAndFilesAreReadAndClosedAsTold() throws IOException {
        byte[] bytes = V8.encode(List.of(1));
        Path file = folder.resolve("value");
        Files.write(file, bytes);
        assertThat(MAPPER.readTree(file.toFile())).hasToString("[1]");
        assertThat(MAPPER.readTree(file)).hasToString("[1]");
        List<String> closed = new ArrayList<>();
        InputStream in = new ByteArrayInputStream(bytes) {
            @Override
            public void close() {
                closed.add("in");
            }
        };
        MAPPER.readTree(in);
        assertThat(closed).containsExactly("in");
        in.reset();
        V8Factory open =
                V8Factory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();
        V8Mapper.builder(open).build().readTree(in);
        assertThat(closed).containsExactly("in");
        assertThatThrownBy(() -> MAPPER.readTree("text")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> MAPPER.createParser((DataInput) new DataInputStream(in)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void streamsAndFilesAreWrittenFlushedAndClosedAsTold() {
        Path file = folder.resolve("written");
        MAPPER.writeValue(file.toFile(), List.of(1));
        assertThat(MAPPER.readTree(file)).hasToString("[1]");
        List<String> done = new ArrayList<>();
        OutputStream out = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                done.add("flush");
            }

            @Override
            public void close() {
                done.add("close");
            }
        };
        MAPPER.writeValue(out, 1);
        assertThat(done).containsExactly("close");
        done.clear();
        V8Factory open = V8Factory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        V8Mapper.builder(open).build().writeValue(out, 1);
        assertThat(done).contains("flush").doesNotContain("close");
        done.clear();
        V8Factory quiet = open.rebuild()
                .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                .build();
        V8Mapper.builder(quiet).build().writeValue(out, 1);
        assertThat(done).isEmpty();
        assertThatThrownBy(() -> MAPPER.createGenerator(new StringWriter()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void jacksonsConstraintsHold() {
        V8Mapper small = V8Mapper.builder(V8Factory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxStringLength(3)
                                .maxDocumentLength(100)
                                .maxNestingDepth(2)
                                .build())
                        .streamWriteConstraints(StreamWriteConstraints.builder()
                                .maxNestingDepth(2)
                                .build())
                        .build())
                .build();
        assertThat(small.readValue(V8.encode(List.of("abc")), Object.class)).isEqualTo(List.of("abc"));
        for (byte[] tooMuch : List.of(
                V8.encode(List.of("abcd")), V8.encode("x".repeat(101)), V8.encode(List.of(List.of(List.of()))))) {
            assertThatThrownBy(() -> small.readTree(tooMuch)).isInstanceOf(StreamConstraintsException.class);
        }
        assertThatThrownBy(() -> small.writeValueAsBytes(List.of(List.of(List.of()))))
                .isInstanceOf(StreamConstraintsException.class);
        StringBuilder path = new StringBuilder();
        Object deep = List.of();
        for (int i = 1; i < 1_000; i++) {
            deep = List.of(deep);
            path.append("/0");
        }
        byte[] deepest = MAPPER.writeValueAsBytes(deep);
        assertThat(MAPPER.readTree(deepest).at(path.toString()).isArray()).isTrue();
        Object tooDeep = List.of(deep);
        assertThatThrownBy(() -> MAPPER.writeValueAsBytes(tooDeep)).isInstanceOf(StreamConstraintsException.class);
    }

    @Test
    void namesOfEveryWidthAndLengthAreWrittenFromTheirBytesAndFound() {
        List<String> names = new ArrayList<>(List.of("", "a", "sieben7", "achtacht", "neunneunn", "\u00e9t\u00e9"));
        names.addAll(List.of("\u4e16\u754c", "x".repeat(16), "y".repeat(17), "z".repeat(65), "w".repeat(5_000)));
        // They differ in the middle only.
        names.addAll(List.of("12345678-a-12345678", "12345678-b-12345678"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            generator.writeStartObject();
            names.forEach(
                    name -> generator.writeName(new SerializedString(name)).writeNumber(name.length()));
            generator.writeEndObject();
        }
        Map<String, Object> expected = new LinkedHashMap<>();
        names.forEach(name -> expected.put(name, name.length()));
        assertThat(out.toByteArray()).isEqualTo(V8.encode(expected));
        for (int i = 0; i < 3; i++) {
            // The names are met anew, known as candidates, and known.
            assertThat(MAPPER.readValue(out.toByteArray(), Object.class)).isEqualTo(expected);
        }
        refused(g -> g.writeStartObject()
                .writeName(new SerializedString("a"))
                .writeNull()
                .writeName("a"));
    }

    @Test
    void parsersAndGeneratorsThatAreOpenAtOnceDoNotShareTheirBuffers() {
        byte[] first = V8.encode(List.of("first", Map.of("name", List.of(1, 2)), 1.5));
        byte[] second = V8.encode(List.of(Map.of("other", "x".repeat(100)), "second", List.of()));
        ByteArrayOutputStream outerOut = new ByteArrayOutputStream();
        try (V8Parser parser = parser(first);
                JsonGenerator outer = factory.createGenerator(ObjectWriteContext.empty(), outerOut)) {
            while (parser.nextToken() != null) {
                outer.copyCurrentEvent(parser);
                assertThat(MAPPER.readTree(second)).hasSize(3);
                assertThat(MAPPER.writeValueAsBytes(MAPPER.readTree(second))).isEqualTo(second);
            }
        }
        assertThat(outerOut.toByteArray()).isEqualTo(first);
    }

    @Test
    void aClosedParserTellsWhereItWasAndNoMore() {
        V8Parser parser = parser(V8.encode(Map.of("a", List.of("text"))));
        parser.nextToken();
        parser.nextToken();
        parser.nextToken();
        long at = parser.currentTokenLocation().getByteOffset();
        parser.close();
        MAPPER.readTree(V8.encode(List.of("x".repeat(50), 1, 2, 3)));
        assertThat(parser.isClosed()).isTrue();
        assertThat(parser.currentTokenLocation().getByteOffset()).isEqualTo(at).isPositive();
        assertThat(parser.streamReadContext().pathAsPointer().toString()).isEqualTo("/a");
        assertThat(parser.nextToken()).isNull();
        parser.skipChildren();
        parser.close();
        assertThatThrownBy(parser::readModelValue).isInstanceOf(StreamReadException.class);
    }

    @Test
    void oneMapperServesManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int seed = thread;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 300; i++) {
                        Object value = new PlainJava(new Random(seed * 1_000L + i), PlainJava.Sharing.NONE).value(4);
                        byte[] bytes = MAPPER.writeValueAsBytes(value);
                        assertThat(bytes).isEqualTo(V8.encode(value));
                        assertThat(MAPPER.readValue(bytes, Object.class)).isEqualTo(value);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private V8Parser parser(byte[] bytes) {
        return (V8Parser) factory.createParser(ObjectReadContext.empty(), bytes);
    }

    private void refused(Consumer<JsonGenerator> calls) {
        assertThatThrownBy(() -> {
                    try (JsonGenerator generator =
                            factory.createGenerator(ObjectWriteContext.empty(), OutputStream.nullOutputStream())) {
                        calls.accept(generator);
                    }
                })
                .isInstanceOf(StreamWriteException.class);
    }
}
