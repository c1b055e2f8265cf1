// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A plain object: properties in the order of the bytes.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.7"
 */
public final class V8Object implements V8Value {

    private final List<Property> properties = new ArrayList<>(4);

    private V8Object() {}

    /**
     * Starts an object.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The properties.
     *
     * @return an unmodifiable list
     */
    public List<Property> properties() {
        return Collections.unmodifiableList(properties);
    }

    /**
     * The value of a property.
     *
     * @param key the key's text
     * @return the value, null if there is no such property
     */
    public @Nullable V8Value property(String key) {
        for (Property property : properties) {
            if (property.key().text().equals(key)) {
                return property.value();
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "V8Object(" + properties.size() + " properties)";
    }

    /**
     * A property of an object, or of an array beside its elements.
     *
     * @param key the key
     * @param value the value
     */
    public record Property(V8Key key, V8Value value) {

        /**
         * A property.
         *
         * @param key the key
         * @param value the value
         */
        public Property {
            Objects.requireNonNull(key, "key");
            if (Objects.requireNonNull(value, "value") == V8Hole.INSTANCE) {
                throw new IllegalArgumentException("value: a hole stands in dense arrays only");
            }
        }

        @Override
        public String toString() {
            return "Property(" + value + ")";
        }
    }

    /** Makes one {@link V8Object}. Mutable; not safe for use by several threads. A repeated key is refused when the object is written. */
    public static final class Builder {

        private final V8Object object = new V8Object();
        private boolean built;

        private Builder() {}

        /**
         * The object being made, so that its own properties can refer to it.
         *
         * @return the object that {@link #build()} will return
         */
        public V8Object self() {
            return object;
        }

        /**
         * Adds a property.
         *
         * @param key the key's text
         * @param value the value
         * @return this builder
         */
        public Builder put(String key, V8Value value) {
            return put(V8String.of(key), value);
        }

        /**
         * Adds a property.
         *
         * @param key the key
         * @param value the value
         * @return this builder
         */
        public Builder put(V8Key key, V8Value value) {
            if (built) {
                throw new IllegalStateException("the object has been built");
            }
            object.properties.add(new Property(key, value));
            return this;
        }

        /**
         * Ends the object.
         *
         * @return the object
         */
        public V8Object build() {
            built = true;
            return object;
        }
    }
}
