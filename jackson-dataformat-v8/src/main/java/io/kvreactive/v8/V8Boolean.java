// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * A boolean.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.4"
 */
public enum V8Boolean implements V8Value {
    /** The value {@code false}. */
    FALSE,
    /** The value {@code true}. */
    TRUE;

    /**
     * The boolean for a Java boolean.
     *
     * @param value the value
     * @return {@link #TRUE} or {@link #FALSE}
     */
    public static V8Boolean of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /**
     * The Java boolean.
     *
     * @return the value
     */
    public boolean value() {
        return this == TRUE;
    }
}
