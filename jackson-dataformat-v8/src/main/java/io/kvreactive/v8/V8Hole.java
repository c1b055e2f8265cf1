// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * An absent element of a dense array. It stands nowhere else.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 1.4 and 2.2"
 */
public enum V8Hole implements V8Value {
    /** The only one. */
    INSTANCE
}
