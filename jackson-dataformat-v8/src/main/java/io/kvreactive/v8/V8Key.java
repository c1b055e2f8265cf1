// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * What can be the key of a property: a string or a number.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.7"
 */
public sealed interface V8Key extends V8Value permits V8String, V8Number {

    /**
     * The key as JavaScript sees it.
     *
     * @return the text
     */
    String text();
}
