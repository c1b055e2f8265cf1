// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Value;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sum, min and max on stored values ({@code docs/spec/keys-and-values.md}, section 6). Numbers and bigints are told apart as JavaScript does.
 */
final class Arithmetic {

    // The wire versions that the reference sums.
    private static final int OLDEST_VERSION = 14;
    private static final int NEWEST_VERSION = 16;

    private final Mutation.Kind kind;
    private final byte[] key;

    Arithmetic(Mutation.Kind kind, byte[] key) {
        this.kind = kind;
        this.key = key;
    }

    KvValue apply(@Nullable KvValue current, KvValue operand, SumRange range) {
        KvU64 counter = operand.toU64();
        if (counter != null) {
            return onCounter(current, counter);
        }
        if (kind != Mutation.Kind.SUM) {
            throw failure("the operand is no KvU64 but " + operand);
        }
        Number addend = numberOf(operand, "the operand");
        Number min = boundOf(range.min(), "min", addend);
        Number max = boundOf(range.max(), "max", addend);
        if (current == null) {
            // As in Deno, the range binds results only, not the first operand.
            return stored(addend);
        }
        KvU64 old = current.toU64();
        if (old != null) {
            return onCounterByBigInt(old, addend, range);
        }
        Number stored = numberOf(current, "the stored value");
        if (stored.getClass() != addend.getClass()) {
            throw failure("the stored value is a " + nameOf(stored) + ", the operand a " + nameOf(addend));
        }
        Number sum = addend instanceof BigInteger a
                ? ((BigInteger) stored).add(a)
                : (Number) (stored.doubleValue() + addend.doubleValue());
        return stored(held(held(sum, min, -1, range), max, 1, range));
    }

    private KvValue onCounter(@Nullable KvValue current, KvU64 operand) {
        if (current == null) {
            return KvValue.of(operand);
        }
        KvU64 old = current.toU64();
        if (old == null) {
            throw failure("the stored value is no KvU64 but " + current + "; set a KvU64 first, or use another key");
        }
        return KvValue.of(
                switch (kind) {
                    case SUM -> KvU64.ofUnsigned(old.unsignedLongValue() + operand.unsignedLongValue());
                    case MIN -> old.compareTo(operand) <= 0 ? old : operand;
                    default -> old.compareTo(operand) >= 0 ? old : operand;
                });
    }

    /** A bigint of 64 bits without a range counts as a counter. */
    private KvValue onCounterByBigInt(KvU64 old, Number addend, SumRange range) {
        boolean fits = addend instanceof BigInteger a
                && a.signum() >= 0
                && a.bitLength() <= Long.SIZE
                && range.equals(SumRange.UNBOUNDED);
        if (!fits) {
            throw failure("the stored value is a KvU64, the operand a " + nameOf(addend));
        }
        return onCounter(KvValue.of(old), KvU64.of((BigInteger) addend));
    }

    private @Nullable Number boundOf(@Nullable KvValue bound, String name, Number addend) {
        if (bound == null) {
            return null;
        }
        Number number = numberOf(bound, name);
        if (number.getClass() != addend.getClass()) {
            throw failure(name + " is a " + nameOf(number) + ", the operand a " + nameOf(addend));
        }
        return number;
    }

    /** The sum, or the bound that it passes on the given side; NaN passes none. */
    private Number held(Number sum, @Nullable Number bound, int side, SumRange range) {
        if (bound == null || !isPast(sum, bound, side)) {
            return sum;
        }
        if (range.outside() == SumRange.Outside.CLAMP) {
            return bound;
        }
        throw failure("the result would be " + (side < 0 ? "less than min" : "more than max"));
    }

    private static boolean isPast(Number sum, Number bound, int side) {
        if (sum instanceof BigInteger s) {
            return Integer.signum(s.compareTo((BigInteger) bound)) == side;
        }
        // Not Double.compare: a NaN on either side is past nothing.
        return side < 0 ? sum.doubleValue() < bound.doubleValue() : sum.doubleValue() > bound.doubleValue();
    }

    /** A {@code Double} or a {@code BigInteger}. */
    private Number numberOf(KvValue value, String what) {
        byte[] bytes = value.unsafeArray();
        boolean isSummable = value.encoding() == KvValue.V8
                && bytes.length > 1
                && bytes[1] >= OLDEST_VERSION
                && bytes[1] <= NEWEST_VERSION;
        if (isSummable) {
            try {
                V8Value model = V8.decodeModel(bytes);
                if (model instanceof V8Number number) {
                    return number.value();
                }
                if (model instanceof V8BigInt bigint) {
                    return bigint.value();
                }
            } catch (V8Exception e) {
                throw failure(what + " is malformed: " + e.getMessage());
            }
        }
        throw failure(what + " is neither a KvU64 nor a number nor a bigint, but " + value);
    }

    private static KvValue stored(Number number) {
        V8Value model = number instanceof BigInteger n ? V8BigInt.of(n) : V8Number.float64(number.doubleValue());
        return KvValue.wrap(KvValue.V8, V8.encodeModel(model));
    }

    private static String nameOf(Number number) {
        return number instanceof BigInteger ? "bigint" : "number";
    }

    private KvMutationException failure(String why) {
        return new KvMutationException(kind.name().toLowerCase(Locale.ROOT) + " on the key " + KvKey.shape(key) + ": "
                + why + "; nothing was written");
    }
}
