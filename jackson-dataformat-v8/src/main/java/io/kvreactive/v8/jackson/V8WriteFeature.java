// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import tools.jackson.core.FormatFeature;

/** Choices in writing, to be switched on a {@link V8Mapper.Builder}, a {@link V8Factory.Builder} or an {@code ObjectWriter}. */
public enum V8WriteFeature implements FormatFeature {
    /**
     * The value is collected first and then written the way V8 writes what {@code JSON.parse} built: index-like keys first, as numbers; arrays of
     * numbers with one that is no 32-bit integer all as doubles. By default it is written in one pass; both are valid and mean the same.
     */
    PARITY(false);

    private final boolean enabledByDefault;

    V8WriteFeature(boolean enabledByDefault) {
        this.enabledByDefault = enabledByDefault;
    }

    static int defaults() {
        int flags = 0;
        for (V8WriteFeature feature : values()) {
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
