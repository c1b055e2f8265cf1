// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * An array, dense (elements one after the other, {@link V8Hole} for absent ones, then other properties) or sparse (all elements as properties).
 * Deno writes arrays that it has read as sparse ones, even if nothing is absent.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.8"
 */
public final class V8Array implements V8Value {

    private static final long MAX_LENGTH = 4294967295L;

    private final Form form;
    private final List<V8Value> items = new ArrayList<>(4);
    private final List<V8Object.Property> properties = new ArrayList<>(0);
    private final long length;

    private V8Array(Form form, long length) {
        this.form = form;
        this.length = length;
    }

    /**
     * A dense array.
     *
     * @param items the elements
     * @return the array
     */
    public static V8Array of(V8Value... items) {
        Builder builder = dense();
        for (V8Value item : items) {
            builder.add(item);
        }
        return builder.build();
    }

    /**
     * Starts a dense array.
     *
     * @return a new builder
     */
    public static Builder dense() {
        return new Builder(new V8Array(Form.DENSE, 0));
    }

    /**
     * Starts a sparse array.
     *
     * @param length the length, 0 to 4294967295; nothing is allocated by it
     * @return a new builder
     */
    public static Builder sparse(long length) {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("length: not an array length");
        }
        return new Builder(new V8Array(Form.SPARSE, length));
    }

    /**
     * How the array is stored.
     *
     * @return the form
     */
    public Form form() {
        return form;
    }

    /**
     * The length as stored.
     *
     * @return the number of elements, absent ones included
     */
    public long length() {
        return form == Form.DENSE ? items.size() : length;
    }

    /**
     * The elements of a dense array.
     *
     * @return an unmodifiable list; empty for a sparse array
     */
    public List<V8Value> items() {
        return Collections.unmodifiableList(items);
    }

    /**
     * The properties beside the elements; of a sparse array the elements as well.
     *
     * @return an unmodifiable list
     */
    public List<V8Object.Property> properties() {
        return Collections.unmodifiableList(properties);
    }

    @Override
    public String toString() {
        return "V8Array(" + form + ", length " + length() + ", " + properties.size() + " properties)";
    }

    /** How an array is stored. */
    public enum Form {
        /** Elements one after the other. */
        DENSE,
        /** Elements as properties. */
        SPARSE
    }

    /** Makes one {@link V8Array}. Mutable; not safe for use by several threads. */
    public static final class Builder {

        private final V8Array array;
        private boolean built;

        private Builder(V8Array array) {
            this.array = array;
        }

        /**
         * The array being made, so that its own elements can refer to it.
         *
         * @return the array that {@link #build()} will return
         */
        public V8Array self() {
            return array;
        }

        /**
         * Adds an element to a dense array.
         *
         * @param item the element
         * @return this builder
         */
        public Builder add(V8Value item) {
            requireUnbuilt();
            if (array.form == Form.SPARSE) {
                throw new IllegalStateException("a sparse array takes its elements as properties");
            }
            array.items.add(Objects.requireNonNull(item, "item"));
            return this;
        }

        /**
         * Adds a property, or an element of a sparse array.
         *
         * @param key the key
         * @param value the value
         * @return this builder
         */
        public Builder put(V8Key key, V8Value value) {
            requireUnbuilt();
            array.properties.add(new V8Object.Property(key, value));
            return this;
        }

        /**
         * Ends the array.
         *
         * @return the array
         */
        public V8Array build() {
            built = true;
            return array;
        }

        private void requireUnbuilt() {
            if (built) {
                throw new IllegalStateException("the array has been built");
            }
        }
    }
}
