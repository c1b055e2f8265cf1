// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A Set: members in the order of the bytes. Members may be anything; JavaScript folds equal ones.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.9"
 */
public final class V8Set implements V8Value {

    private final List<V8Value> members = new ArrayList<>(4);

    private V8Set() {}

    /**
     * A Set.
     *
     * @param members the members
     * @return the Set
     */
    public static V8Set of(V8Value... members) {
        Builder builder = builder();
        for (V8Value member : members) {
            builder.add(member);
        }
        return builder.build();
    }

    /**
     * Starts a Set.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The members.
     *
     * @return an unmodifiable list
     */
    public List<V8Value> members() {
        return Collections.unmodifiableList(members);
    }

    @Override
    public String toString() {
        return "V8Set(" + members.size() + " members)";
    }

    static void requireMember(V8Value value, String name) {
        if (Objects.requireNonNull(value, name) == V8Hole.INSTANCE) {
            throw new IllegalArgumentException(name + ": a hole stands in dense arrays only");
        }
    }

    /** Makes one {@link V8Set}. Mutable; not safe for use by several threads. */
    public static final class Builder {

        private final V8Set set = new V8Set();
        private boolean built;

        private Builder() {}

        /**
         * The Set being made, so that it can be its own member.
         *
         * @return the Set that {@link #build()} will return
         */
        public V8Set self() {
            return set;
        }

        /**
         * Adds a member.
         *
         * @param member the member
         * @return this builder
         */
        public Builder add(V8Value member) {
            if (built) {
                throw new IllegalStateException("the Set has been built");
            }
            requireMember(member, "member");
            set.members.add(member);
            return this;
        }

        /**
         * Ends the Set.
         *
         * @return the Set
         */
        public V8Set build() {
            built = true;
            return set;
        }
    }
}
