// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A Map: entries in the order of the bytes. Keys may be anything; of equal keys JavaScript keeps the last value.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.9"
 */
public final class V8Map implements V8Value {

    private final List<Entry> entries = new ArrayList<>(4);

    private V8Map() {}

    /**
     * Starts a Map.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The entries.
     *
     * @return an unmodifiable list
     */
    public List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    @Override
    public String toString() {
        return "V8Map(" + entries.size() + " entries)";
    }

    /**
     * An entry of a Map.
     *
     * @param key the key
     * @param value the value
     */
    public record Entry(V8Value key, V8Value value) {

        /**
         * An entry.
         *
         * @param key the key
         * @param value the value
         */
        public Entry {
            V8Set.requireMember(key, "key");
            V8Set.requireMember(value, "value");
        }
    }

    /** Makes one {@link V8Map}. Mutable; not safe for use by several threads. */
    public static final class Builder {

        private final V8Map map = new V8Map();
        private boolean built;

        private Builder() {}

        /**
         * The Map being made, so that its own entries can refer to it.
         *
         * @return the Map that {@link #build()} will return
         */
        public V8Map self() {
            return map;
        }

        /**
         * Adds an entry.
         *
         * @param key the key
         * @param value the value
         * @return this builder
         */
        public Builder put(V8Value key, V8Value value) {
            if (built) {
                throw new IllegalStateException("the Map has been built");
            }
            map.entries.add(new Entry(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value")));
            return this;
        }

        /**
         * Ends the Map.
         *
         * @return the Map
         */
        public V8Map build() {
            built = true;
            return map;
        }
    }
}
