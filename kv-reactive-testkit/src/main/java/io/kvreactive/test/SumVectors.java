// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.SumLimits;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.SumRange;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Value;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The cases of {@code sums.json}: through the SPI, which takes every operand, and through the API where it can say the same. */
final class SumVectors {

    private static final KvKey KEY = KvKey.of("sum");

    private final Kv kv;
    private final Database database;
    private int throughTheApi;

    SumVectors(Kv kv, Database database) {
        this.kv = kv;
        this.database = database;
    }

    int throughTheApi() {
        return throughTheApi;
    }

    void check(JsonNode one) {
        checkOutcome(one, database.atomicWrite(AtomicWrite.of(List.of(), List.of(mutation(one)))));
        Mono<?> same = throughTheApi(one);
        if (same != null) {
            checkOutcome(one, same);
            throughTheApi++;
        }
    }

    private void checkOutcome(JsonNode one, Mono<?> commit) {
        JsonNode old = one.get("old");
        await(old.isNull() ? kv.atomic().delete(KEY).commit() : kv.set(KEY, stored(old)));
        KvEntry<Object> before = entry();
        JsonNode result = one.get("result");
        if (result.has("error")) {
            ContractPart.errorOf(KvMutationException.class, commit);
            assertThat(textOf(entry())).isEqualTo(textOf(before));
        } else {
            await(commit);
            KvValue value = Objects.requireNonNull(entry()).rawValue();
            assertThat(valueOf(value)).isEqualTo(valueOf(stored(result)));
            assertThat(value.encoding()).isEqualTo(stored(result).encoding());
        }
    }

    private static void await(Mono<?> mono) {
        ContractPart.awaitEnd(mono);
    }

    /** Also of what cannot be decoded. */
    private @Nullable KvEntry<Object> entry() {
        List<KvEntry<Object>> found = ContractPart.all(
                kv.list(KvSelector.range(KEY, KvKey.of("sun")).onDecodeError(KvSelector.OnDecodeError.KEEP)));
        return found.isEmpty() ? null : found.get(0);
    }

    private static String textOf(@Nullable KvEntry<Object> entry) {
        return entry == null
                ? "absent"
                : entry.versionstamp() + " " + Arrays.toString(entry.rawValue().toByteArray());
    }

    private static KvValue stored(JsonNode value) {
        int encoding = switch (Vectors.text(value, "encoding")) {
            case "le64" -> KvValue.LE64;
            case "bytes" -> KvValue.BYTES;
            default -> KvValue.V8;
        };
        return KvValue.copyOf(encoding, Vectors.hex(value));
    }

    /** By value: the bytes of the reference's writer are no requirement. */
    private static Object valueOf(KvValue stored) {
        KvU64 counter = stored.toU64();
        if (counter != null) {
            return counter;
        }
        V8Value model = V8.decodeModel(stored.toByteArray());
        // Boxed doubles are equal by their bits, but for NaNs, which are all equal.
        return model instanceof V8Number number ? (Object) number.value() : ((V8BigInt) model).value();
    }

    private static Mutation mutation(JsonNode one) {
        KvValue operand = stored(one.get("operand"));
        return switch (Vectors.text(one, "op")) {
            case "min" -> Mutation.min(KEY.encoded(), operand);
            case "max" -> Mutation.max(KEY.encoded(), operand);
            default ->
                Mutation.sum(
                        KEY.encoded(),
                        operand,
                        new SumRange(
                                bound(one, "min"),
                                bound(one, "max"),
                                one.has("clamp") ? SumRange.Outside.CLAMP : SumRange.Outside.FAIL));
        };
    }

    private static @Nullable KvValue bound(JsonNode one, String name) {
        return one.has(name) ? stored(one.get(name)) : null;
    }

    /** Null where the API cannot say it: operands that are no numbers, bounds of another type than the operand. */
    private @Nullable Mono<?> throughTheApi(JsonNode one) {
        JsonNode operand = one.get("operand");
        boolean isBounded = one.has("min") || one.has("max") || one.has("clamp");
        AtomicOperation operation = kv.atomic();
        if (operand.has("u64") && !isBounded) {
            KvU64 counter = KvU64.of(new BigInteger(Vectors.text(operand, "u64")));
            return (switch (Vectors.text(one, "op")) {
                        case "min" -> operation.min(KEY, counter);
                        case "max" -> operation.max(KEY, counter);
                        default -> operation.sum(KEY, counter);
                    })
                    .commit();
        }
        String type = operand.has("number") ? "number" : "bigint";
        if (!Vectors.text(one, "op").equals("sum") || !operand.has(type) || !areOfType(one, type)) {
            return null;
        }
        return (type.equals("number")
                        ? operation.sumNumber(KEY, number(operand), limits(one))
                        : operation.sumBigInt(KEY, bigint(operand), limits(one)))
                .commit();
    }

    private static boolean areOfType(JsonNode one, String type) {
        return (!one.has("min") || one.get("min").has(type))
                && (!one.has("max") || one.get("max").has(type));
    }

    private static SumLimits limits(JsonNode one) {
        SumLimits limits = SumLimits.none();
        if (one.has("min")) {
            JsonNode min = one.get("min");
            limits = min.has("number") ? SumLimits.min(number(min)) : SumLimits.min(bigint(min));
        }
        if (one.has("max")) {
            JsonNode max = one.get("max");
            limits = max.has("number") ? limits.andMax(number(max)) : limits.andMax(bigint(max));
        }
        return one.has("clamp") ? limits.clamp() : limits;
    }

    private static double number(JsonNode value) {
        return Double.parseDouble(Vectors.text(value, "number"));
    }

    private static BigInteger bigint(JsonNode value) {
        return new BigInteger(Vectors.text(value, "bigint"));
    }
}
