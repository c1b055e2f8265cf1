// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * The value {@code undefined}, which is neither null nor absent.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 1.4 and 2.2"
 */
public enum V8Undefined implements V8Value {
    /** The only one. */
    INSTANCE;

    @Override
    public String toString() {
        return "undefined";
    }
}
