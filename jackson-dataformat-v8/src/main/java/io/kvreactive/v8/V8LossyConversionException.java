// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * A conversion that would lose or change something. Nothing is ever substituted silently: the message names the class of the value model, or the
 * option, that would carry the value.
 *
 * @see "docs/spec/v8-structured-clone.md, section 2.3"
 */
public final class V8LossyConversionException extends V8Exception {

    private static final long serialVersionUID = 1L;

    /**
     * A conversion that was refused.
     *
     * @param detail what would be lost and what would carry it, without showing values
     * @param path where in the value
     * @param offset the position in the input in bytes, -1 when a Java value was being written
     */
    public V8LossyConversionException(String detail, String path, int offset) {
        super(detail, path, offset);
    }
}
