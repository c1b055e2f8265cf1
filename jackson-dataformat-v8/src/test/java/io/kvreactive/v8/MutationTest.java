// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damages all vectors at random: whatever comes out is a value or a {@link V8Exception}, never anything else. */
class MutationTest {

    private static final int INPUTS = 240_000;
    private static final int LONGEST = 2_000;
    private static final long SEED = Long.getLong("mutation.seed", 20261123);

    private static final V8Options LAX = V8Options.builder()
            .strictness(V8Options.Strictness.AS_V8)
            .trailing(V8Options.Trailing.IGNORE)
            .cycles(V8Options.Cycles.ALLOW)
            .holes(V8Options.Holes.AS_NULL)
            .maxHoles(100)
            .undefined(V8Options.Undefined.AS_NULL)
            .boxed(V8Options.Boxed.KEEP)
            .build();

    private final List<byte[]> seeds = new ArrayList<>();
    private int valid;
    private int natural;

    MutationTest() {
        for (String file : List.of("values.json", "values-invalid.json")) {
            Vectors.cases(file, "cases").forEach(c -> {
                byte[] bytes = Vectors.bytes(c);
                if (bytes.length <= LONGEST) {
                    seeds.add(bytes);
                }
            });
        }
    }

    @Test
    void mutatedVectorsYieldAValueOrATypedError() {
        assertThat(seeds).hasSizeGreaterThan(700);
        for (int i = 0; i < INPUTS; i++) {
            Random random = new Random(SEED + i);
            byte[] input = mutate(random);
            try {
                check(input, i % 3 == 0 ? LAX : V8Options.DEFAULT);
            } catch (Throwable e) {
                throw new AssertionError(
                        "seed " + (SEED + i) + ", input " + HexFormat.of().formatHex(input), e);
            }
        }
        System.out.printf(
                "mutation: %d inputs from %d vectors, seed %d: %d read as a model value, %d as plain Java%n",
                INPUTS, seeds.size(), SEED, valid, natural);
        assertThat(valid).isGreaterThan(INPUTS / 20);
        assertThat(natural).isGreaterThan(INPUTS / 40);
    }

    private void check(byte[] input, V8Options options) {
        V8Value model = null;
        try {
            model = V8.decodeModel(input, options);
            valid++;
        } catch (V8Exception e) {
            assertThat(e.path()).startsWith("$");
            assertThat(e.offset().orElseThrow()).isBetween(0, input.length);
        }
        if (model != null) {
            V8Value again = V8.decodeModel(V8.encodeModel(model, options), options);
            assertThat(V8Value.deepEquals(model, again)).isTrue();
        }
        try {
            Object value = V8.decode(input, options);
            natural++;
            assertThat(model).isNotNull();
            rewrite(value, options);
        } catch (V8FormatException e) {
            assertThat(model).isNull();
        } catch (V8LossyConversionException e) {
            assertThat(e.path()).startsWith("$");
            assertThat(model).isNotNull();
        } catch (V8UnsupportedException e) {
            assertThat(e.path()).startsWith("$");
        }
    }

    /** What plain Java carries can be written again; what is written can be read. */
    private static void rewrite(Object value, V8Options options) {
        V8.decode(V8.encode(value, options), options);
    }

    private byte[] mutate(Random random) {
        byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
        int rounds = 1 + random.nextInt(3);
        for (int i = 0; i < rounds; i++) {
            bytes = mutateOnce(bytes, random);
        }
        return bytes;
    }

    private byte[] mutateOnce(byte[] bytes, Random random) {
        if (bytes.length < 3) {
            return splice(bytes, random);
        }
        int at = 2 + random.nextInt(bytes.length - 2);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] = tag(random);
            case 3 -> {
                return insert(bytes, at, new byte[] {tag(random)});
            }
            case 4 -> {
                return delete(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)));
            }
            case 5 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 6 -> {
                return insert(bytes, at, varint(random));
            }
            default -> {
                return splice(bytes, random);
            }
        }
        return bytes;
    }

    private static byte tag(Random random) {
        String tags = "\0?-_0TFIUNZS\"c^o{A$a@Dyxnzs R;:',BC~Vr\\.mscETt";
        return (byte) tags.charAt(random.nextInt(tags.length()));
    }

    private static byte[] varint(Random random) {
        byte[] varint = new byte[1 + random.nextInt(10)];
        random.nextBytes(varint);
        for (int i = 0; i < varint.length - 1; i++) {
            varint[i] |= (byte) 0x80;
        }
        varint[varint.length - 1] &= 0x7f;
        return varint;
    }

    private byte[] splice(byte[] bytes, Random random) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int head = Math.min(bytes.length, 2 + random.nextInt(Math.max(1, bytes.length)));
        int tail = random.nextInt(other.length + 1);
        byte[] spliced = Arrays.copyOf(bytes, head + other.length - tail);
        System.arraycopy(other, tail, spliced, head, other.length - tail);
        return spliced;
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, at, more.length);
        System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
        return longer;
    }

    private static byte[] delete(byte[] bytes, int from, int to) {
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, shorter, from, bytes.length - to);
        return shorter;
    }
}
