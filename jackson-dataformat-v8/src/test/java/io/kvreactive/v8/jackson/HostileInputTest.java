// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.testsupport.ProcessorTime;
import io.kvreactive.v8.Mutator;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8Value;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;

/** Damaged and hostile bytes end in a value or in Jackson's exceptions, in time. */
class HostileInputTest {

    private static final int INPUTS = 60_000;
    private static final long SEED = Long.getLong("mutation.seed", 20261123);
    private static final long A_SECOND = 1_000_000_000L;

    private static final V8Mapper MAPPER = V8Mapper.shared();
    private static final V8Mapper IDS =
            MAPPER.rebuild().enable(V8ReadFeature.NATIVE_IDS).build();
    private static final List<Class<?>> TARGETS = List.of(JsonNode.class, Object.class, Shop.Order.class);

    @Test
    void mutatedVectorsYieldAValueOrAnExceptionOfJacksons() {
        Mutator mutator = new Mutator();
        int read = 0;
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = mutator.mutate(new Random(SEED + i));
            Class<?> target = TARGETS.get(i % 2);
            V8Mapper mapper = i % 4 < 2 ? MAPPER : IDS;
            try {
                Object value = mapper.readValue(input, target);
                read++;
                mapper.readValue(mapper.writeValueAsBytes(value), target);
            } catch (JacksonException e) {
                refused++;
            } catch (Throwable e) {
                throw new AssertionError(
                        "seed " + (SEED + i) + ", input " + HexFormat.of().formatHex(input), e);
            }
        }
        System.out.printf(
                "mutation: jackson: %d inputs from %d vectors, seed %d: %d read, %d refused%n",
                INPUTS, mutator.seeds(), SEED, read, refused);
        assertThat(read).isGreaterThan(INPUTS / 50);
    }

    /** Thirty levels of [o, o] are a few hundred bytes and a thousand million paths. */
    @Test
    void explodingSharedReferencesStopAtTheTokenBudget() {
        V8Value value = V8Number.of(1);
        for (int i = 0; i < 30; i++) {
            value = V8Array.of(value, value);
        }
        byte[] bytes = V8.encodeModel(value);
        assertThat(bytes.length).isLessThan(400);
        for (Class<?> target : TARGETS.subList(0, 2)) {
            long start = ProcessorTime.nanos();
            assertThatThrownBy(() -> MAPPER.readValue(bytes, target))
                    .isInstanceOf(StreamConstraintsException.class)
                    .hasMessageContaining("1000000");
            assertThat(ProcessorTime.nanos() - start).isLessThan(5 * A_SECOND);
        }
        V8Mapper few = V8Mapper.builder(V8Factory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxTokenCount(100)
                                .build())
                        .build())
                .build();
        assertThatThrownBy(() -> few.readTree(bytes)).isInstanceOf(StreamConstraintsException.class);
    }

    @Test
    void explodingMembersOfSetsStopBeforeTheyAreHashedForEver() {
        V8Value value = V8Array.of(V8Number.of(1), V8Number.of(2));
        for (int i = 0; i < 14; i++) {
            value = V8Array.of(value, value);
        }
        for (int i = 0; i < 900; i++) {
            value = V8Set.builder().add(value).build();
        }
        byte[] bytes = V8.encodeModel(value);
        long start = ProcessorTime.nanos();
        assertThatThrownBy(() -> MAPPER.readValue(bytes, Object.class)).isInstanceOf(StreamReadException.class);
        assertThat(ProcessorTime.nanos() - start).isLessThan(5 * A_SECOND);
    }

    @Test
    void cyclesAreRefusedWithTheirPath() {
        V8Object.Builder object = V8Object.builder();
        V8Object inner = V8Object.builder().put("back", object.self()).build();
        byte[] bytes = V8.encodeModel(
                object.put("list", V8Array.of(V8Number.of(1), inner)).build());
        for (Class<?> target : TARGETS.subList(0, 2)) {
            for (V8Mapper mapper : List.of(MAPPER, IDS)) {
                assertThatThrownBy(() -> mapper.readValue(bytes, target))
                        .isInstanceOf(StreamReadException.class)
                        .hasMessageContaining("contains itself")
                        .hasMessageContaining("$/list/1/back");
            }
        }
        assertThat(MAPPER.readValue(bytes, V8Value.class)).isInstanceOf(V8Object.class);
    }

    @Test
    void depthIsLimitedEvenWhereReferencesMakeIt() {
        V8Array.Builder all = V8Array.dense();
        V8Value value = V8Array.of();
        for (int i = 0; i < 1_500; i++) {
            all.add(value);
            value = V8Array.of(value);
        }
        byte[] bytes = V8.encodeModel(all.build());
        assertThatThrownBy(() -> MAPPER.readTree(bytes)).isInstanceOf(StreamConstraintsException.class);
        assertThatThrownBy(() -> MAPPER.readValue(bytes, Object.class)).isInstanceOf(StreamConstraintsException.class);
    }

    @Test
    void aHugeSparseArrayIsNotAllocated() {
        byte[] bytes = V8.encodeModel(V8Array.sparse(4294967295L).build());
        assertThatThrownBy(() -> MAPPER.readTree(bytes))
                .isInstanceOf(StreamReadException.class)
                .hasMessageContaining("absent element");
        V8Mapper lax = MAPPER.rebuild().disable(V8ReadFeature.FAIL_ON_HOLES).build();
        assertThatThrownBy(() -> lax.readTree(bytes)).isInstanceOf(StreamConstraintsException.class);
    }
}
