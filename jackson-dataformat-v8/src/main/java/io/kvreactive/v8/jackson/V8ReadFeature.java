// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import tools.jackson.core.FormatFeature;

/** Choices in reading, to be switched on a {@link V8Mapper.Builder}, a {@link V8Factory.Builder} or an {@code ObjectReader}. */
public enum V8ReadFeature implements FormatFeature {
    /** An absent element of an array is refused; switched off, it is read as null. */
    FAIL_ON_HOLES(true),

    /** A property that holds {@code undefined} is read as null; by default it is skipped, as {@code JSON.stringify} does. */
    UNDEFINED_PROPERTIES_AS_NULL(false),

    /**
     * An object that the bytes refer to again is one object in Java, if its class or property has {@code @JsonIdentityInfo}, whatever its ids are; so
     * shared objects stay shared and cycles can be read. Other classes get copies. By default all get copies, and a cycle is refused.
     */
    NATIVE_IDS(false);

    private final boolean enabledByDefault;

    V8ReadFeature(boolean enabledByDefault) {
        this.enabledByDefault = enabledByDefault;
    }

    static int defaults() {
        int flags = 0;
        for (V8ReadFeature feature : values()) {
            flags |= feature.enabledByDefault ? feature.getMask() : 0;
        }
        return flags;
    }

    @Override
    public boolean enabledByDefault() {
        return enabledByDefault;
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // as in all of Jackson's formats; masks are never stored
    public int getMask() {
        return 1 << ordinal();
    }

    @Override
    public boolean enabledIn(int flags) {
        return (flags & getMask()) != 0;
    }
}
