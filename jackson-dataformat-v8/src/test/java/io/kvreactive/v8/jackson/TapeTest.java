// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.Mutator;
import io.kvreactive.v8.PlainJava;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8String;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;

/** A value read in one pass gives the tokens of the table of nodes; whatever the one accepts, the other does. */
class TapeTest {

    private static final int INPUTS = 20_000;
    private static final int GRAPHS = 1_000;
    private static final long SEED = Long.getLong("tape.seed", 77);

    private final V8Factory factory = new V8Factory();
    private final V8Factory undefinedAsNull = V8Factory.builder()
            .enable(V8ReadFeature.UNDEFINED_PROPERTIES_AS_NULL)
            .build();

    private int plain;

    @Test
    void everyVectorThatIsPlainGivesTheSameTokensEitherWay() {
        List<JsonNode> cases = Vectors.cases("values.json", "cases");
        cases.forEach(c -> compare(Vectors.bytes(c)));
        System.out.printf("tape: %d of %d vectors are plain%n", plain, cases.size());
        assertThat(plain).isGreaterThan(150);
    }

    @Test
    void noMalformedVectorIsTakenForPlain() {
        for (JsonNode c : Vectors.cases("values-invalid.json", "cases")) {
            if (!c.has("java")) {
                compare(Vectors.bytes(c));
                assertThat(plain).as(c.get("name").asString()).isZero();
            }
        }
    }

    @Test
    void damagedVectorsGiveTheSameTokensOrNone() {
        Mutator mutator = new Mutator();
        for (int i = 0; i < INPUTS; i++) {
            compare(mutator.mutate(new Random(SEED + i)));
        }
        System.out.printf("tape: %d of %d damaged vectors are plain, seed %d%n", plain, INPUTS, SEED);
        assertThat(plain).isGreaterThan(INPUTS / 100);
    }

    @Test
    void randomPlainJavaAndItsDamagedBytesGiveTheSameTokensOrNone() {
        for (int i = 0; i < GRAPHS; i++) {
            Random random = new Random(SEED + i);
            byte[] bytes = V8.encode(new PlainJava(random, PlainJava.Sharing.NONE).value(4));
            compare(bytes);
            for (int j = 0; j < 10; j++) {
                byte[] damaged = bytes.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                compare(damaged);
            }
        }
        System.out.printf("tape: %d of %d random values are plain, most of them damaged%n", plain, GRAPHS * 11);
        assertThat(plain).isGreaterThan(GRAPHS);
    }

    @Test
    void whatDenoWroteAfterReadingItIsPlainToo() {
        V8Array.Builder sparse = V8Array.sparse(200);
        for (int i = 0; i < 200; i++) {
            sparse.put(V8Number.of(i), V8String.of("\u4e16"));
        }
        compare(V8.encodeModel(V8Object.builder().put("all", sparse.build()).build()));
        assertThat(plain).isEqualTo(1);
    }

    @Test
    void aRepeatedNameIsFoundAmongAnyNumberOfNames() {
        for (int names : new int[] {2, 3, 63, 64, 65, 66, 130, 1000}) {
            Map<String, Object> value = new LinkedHashMap<>();
            for (int i = 0; i < names; i++) {
                // Of one width each, so that one can take the other's place.
                value.put("n" + (1000 + i), Map.of("n1000", i));
            }
            byte[] bytes = V8.encode(value);
            plain = 0;
            compare(bytes);
            assertThat(plain).isEqualTo(1);
            byte[] last = ("n" + (1000 + names - 1)).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            byte[] repeated = replaceLast(bytes, last, ("n" + (1000 + names / 2 - 1)).getBytes());
            compare(repeated);
            assertThat(plain).as("%d names, one of them twice", names).isEqualTo(1);
        }
    }

    private static byte[] replaceLast(byte[] bytes, byte[] wanted, byte[] replacement) {
        byte[] replaced = bytes.clone();
        for (int at = bytes.length - wanted.length; at >= 0; at--) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                System.arraycopy(replacement, 0, replaced, at, replacement.length);
                return replaced;
            }
        }
        throw new AssertionError("not there");
    }

    @Test
    void aPartOfAnArrayEndsWhereItEnds() {
        byte[] whole = V8.encode(List.of("a", Map.of("b", 1.5), "c"));
        for (int length = 0; length < whole.length; length++) {
            // What lies behind the part would complete it.
            byte[] longer = Arrays.copyOf(whole, whole.length + 20);
            assertThat(parser(factory, longer, 0, length).plainWalk()).isNull();
        }
        byte[] padded = new byte[whole.length + 9];
        System.arraycopy(whole, 0, padded, 5, whole.length);
        assertThat(parser(factory, padded, 5, whole.length).plainWalk()).isNotNull();
    }

    /** Compares the tokens if the bytes are plain. */
    private void compare(byte[] bytes) {
        // Within a larger array, as a part of somebody's buffer.
        byte[] padded = new byte[bytes.length + 8];
        System.arraycopy(bytes, 0, padded, 3, bytes.length);
        for (V8Factory reading : List.of(factory, undefinedAsNull)) {
            List<String> tape = new ArrayList<>();
            try (V8Parser parser = parser(reading, padded, 3, bytes.length)) {
                Walk walk = parser.plainWalk();
                if (walk == null) {
                    return;
                }
                tape = tokens(parser, walk);
            } catch (JacksonException e) {
                tape.add(e.getMessage());
            }
            try (V8Parser parser = parser(reading, padded, 3, bytes.length)) {
                assertThat(tape)
                        .as("%s", HexFormat.of().formatHex(bytes))
                        .isEqualTo(tokens(parser, parser.generalWalk()));
            }
        }
        plain++;
    }

    private static List<String> tokens(V8Parser parser, Walk walk) {
        List<String> tokens = new ArrayList<>();
        for (JsonToken token = walk.next(); token != null; token = walk.next()) {
            String shown = token + " " + walk.kind() + " at " + walk.offset() + " in "
                    + walk.context().pathAsPointer() + " "
                    + walk.context().getCurrentIndex();
            if (token.isNumeric()) {
                shown += " " + parser.currentNumber();
            } else if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_EMBEDDED_OBJECT) {
                Object content = walk.content();
                shown +=
                        " " + (content instanceof byte[] binary ? HexFormat.of().formatHex(binary) : content);
            }
            if (token.isScalarValue() || token.isStructStart()) {
                shown += " " + HexFormat.of().formatHex(V8.encodeModel(walk.model()));
            }
            tokens.add(shown);
        }
        return tokens;
    }

    private static V8Parser parser(V8Factory factory, byte[] bytes, int from, int length) {
        return (V8Parser) factory.createParser(ObjectReadContext.empty(), bytes, from, length);
    }
}
