// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damages all vectors at random: whatever comes out is a value or a {@link V8Exception}, never anything else. */
class MutationTest {

    private static final int INPUTS = 240_000;
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

    private final Mutator mutator = new Mutator();
    private int valid;
    private int natural;

    @Test
    void mutatedVectorsYieldAValueOrATypedError() {
        assertThat(mutator.seeds()).isGreaterThan(700);
        for (int i = 0; i < INPUTS; i++) {
            Random random = new Random(SEED + i);
            byte[] input = mutator.mutate(random);
            try {
                check(input, i % 3 == 0 ? LAX : V8Options.DEFAULT);
            } catch (Throwable e) {
                throw new AssertionError(
                        "seed " + (SEED + i) + ", input " + HexFormat.of().formatHex(input), e);
            }
        }
        System.out.printf(
                "mutation: %d inputs from %d vectors, seed %d: %d read as a model value, %d as plain Java%n",
                INPUTS, mutator.seeds(), SEED, valid, natural);
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
}
