// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A type of values, generic ones included: {@code new KvType<List<Order>>() {}}. The braces make a class of its own, which keeps the type
 * that the compiler would forget. Immutable and thread-safe; two are equal when their types are.
 *
 * @param <T> the type
 */
public abstract class KvType<T> {

    /** Whatever is stored, as an ordinary Java object. */
    static final KvType<Object> NATURAL = of(Object.class);

    /** Whatever is stored, as it is stored. */
    static final KvType<KvValue> STORED = of(KvValue.class);

    private final Type type;

    /** Of the type argument of the subclass. */
    protected KvType() {
        Type parent = getClass().getGenericSuperclass();
        if (!(parent instanceof ParameterizedType generic) || generic.getRawType() != KvType.class) {
            throw new IllegalStateException(
                    "write new KvType<List<Order>>() {}, with the type argument and the braces");
        }
        this.type = generic.getActualTypeArguments()[0];
    }

    private KvType(Class<T> type) {
        this.type = Objects.requireNonNull(type, "type");
    }

    /**
     * The type that a class stands for.
     *
     * @param type a class without type parameters
     * @param <T> the type
     * @return the type
     */
    public static <T> KvType<T> of(Class<T> type) {
        return new KvType<>(type) {};
    }

    /**
     * The type, as reflection has it.
     *
     * @return a class or a generic type
     */
    public final Type type() {
        return type;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof KvType<?> that && type.equals(that.type);
    }

    @Override
    public final int hashCode() {
        return type.hashCode();
    }

    /** The name of the type. */
    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
