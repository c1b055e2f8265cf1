// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random graphs, of plain Java and of the model, come back as they were. */
class RoundTripTest {

    private static final int GRAPHS = 10_000;
    private static final long SEED = Long.getLong("roundtrip.seed", 7);

    @Test
    void randomPlainJavaComesBackEqual() {
        for (int i = 0; i < GRAPHS; i++) {
            Object value = new PlainJava(new Random(SEED + i), PlainJava.Sharing.SOME).value(4);
            for (V8Options.WriterMode mode : V8Options.WriterMode.values()) {
                byte[] bytes =
                        V8.encode(value, V8Options.builder().writerMode(mode).build());
                assertThat(V8.decode(bytes)).as("seed %d", SEED + i).isEqualTo(value);
            }
        }
    }

    @Test
    void randomModelsComeBackDeepEqualAndAsTheSameBytes() {
        for (int i = 0; i < GRAPHS; i++) {
            Models models = new Models(new Random(SEED + i));
            V8Value value = models.value(4);
            byte[] bytes = V8.encodeModel(value);
            V8Value again = V8.decodeModel(bytes);
            assertThat(V8Value.deepEquals(value, again)).as("seed %d", SEED + i).isTrue();
            assertThat(V8.encodeModel(again)).as("seed %d", SEED + i).isEqualTo(bytes);
            assertThat(V8.encode(again)).as("seed %d", SEED + i).isEqualTo(bytes);
        }
    }

    /** Random model values that share and contain each other. */
    private static final class Models {

        private final Random random;
        private final List<V8Value> known = new ArrayList<>();

        Models(Random random) {
            this.random = random;
        }

        V8Value value(int depth) {
            if (!known.isEmpty() && random.nextInt(6) == 0) {
                return known.get(random.nextInt(known.size()));
            }
            return random.nextInt(3) > 0 || depth == 0 ? leaf() : container(depth);
        }

        private V8Value leaf() {
            return switch (random.nextInt(12)) {
                case 0 -> V8Undefined.INSTANCE;
                case 1 -> V8Null.INSTANCE;
                case 2 -> V8Boolean.of(random.nextBoolean());
                case 3 -> number();
                case 4 -> V8BigInt.of(new BigInteger(random.nextInt(100), random), 13 + random.nextInt(3));
                case 5 -> V8String.of(PlainJava.text(random));
                case 6 -> V8String.of(PlainJava.text(random), V8String.Encoding.UTF16);
                case 7 -> keep(V8Date.of(random.nextGaussian()));
                case 8 -> keep(V8Boxed.of(number()));
                case 9 -> keep(V8RegExp.of("a" + random.nextInt(9), "gi"));
                default -> view();
            };
        }

        private V8Number number() {
            return switch (random.nextInt(4)) {
                case 0 -> V8Number.uint32(random.nextInt() & 0xffffffffL);
                case 1 -> V8Number.ofBits(random.nextLong());
                default -> V8Number.of(random.nextInt());
            };
        }

        private V8Value view() {
            V8ArrayBuffer buffer = known.stream()
                    .filter(V8ArrayBuffer.class::isInstance)
                    .map(V8ArrayBuffer.class::cast)
                    .findFirst()
                    .orElseGet(() -> V8ArrayBuffer.resizable(new byte[16], 32));
            keep(buffer);
            V8View.Kind[] kinds = V8View.Kind.values();
            V8View.Kind kind = kinds[random.nextInt(kinds.length)];
            return keep(random.nextBoolean() ? V8View.of(kind, buffer, 8, 8) : V8View.tracking(kind, buffer, 0));
        }

        private V8Value container(int depth) {
            int size = random.nextInt(4);
            switch (random.nextInt(6)) {
                case 0 -> {
                    V8Object.Builder object = V8Object.builder();
                    keep(object.self());
                    for (int i = 0; i < size; i++) {
                        V8Key key = random.nextBoolean() ? V8Number.of(i * 1.5) : V8String.of("k" + i);
                        object.put(key, value(depth - 1));
                    }
                    return object.build();
                }
                case 1 -> {
                    V8Array.Builder array = V8Array.dense();
                    keep(array.self());
                    for (int i = 0; i < size; i++) {
                        array.add(random.nextInt(5) == 0 ? V8Hole.INSTANCE : value(depth - 1));
                    }
                    return array.put(V8String.of("x"), value(depth - 1)).build();
                }
                case 2 -> {
                    V8Array.Builder array = V8Array.sparse(10);
                    keep(array.self());
                    for (int i = 0; i < size; i++) {
                        array.put(V8Number.of(9 - 2 * i), value(depth - 1));
                    }
                    return array.build();
                }
                case 3 -> {
                    V8Map.Builder map = V8Map.builder();
                    keep(map.self());
                    for (int i = 0; i < size; i++) {
                        map.put(value(depth - 1), value(depth - 1));
                    }
                    return map.build();
                }
                case 4 -> {
                    V8Set.Builder set = V8Set.builder();
                    keep(set.self());
                    for (int i = 0; i < size; i++) {
                        set.add(value(depth - 1));
                    }
                    return set.build();
                }
                default -> {
                    V8Error.Builder error = V8Error.builder(V8Error.Kind.URI_ERROR);
                    keep(error.self());
                    return error.stack(PlainJava.text(random))
                            .cause(value(depth - 1))
                            .build();
                }
            }
        }

        private <T extends V8Value> T keep(T value) {
            known.add(value);
            return value;
        }
    }
}
