// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * A value exactly as JavaScript has it, with what the bytes say beyond that: which number tag, which string encoding, dense or sparse. Scalars are
 * equal when JavaScript's values are; containers, and everything else that has an identity there, are equal to themselves only, so that shared
 * references and cycles are kept. {@link #deepEquals(V8Value, V8Value)} compares contents.
 *
 * <p>Values are immutable once built and safe to share between threads. {@code toString} tells the shape, not the content.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 2.1 and 2.2"
 */
public sealed interface V8Value
        permits V8Array,
                V8ArrayBuffer,
                V8BigInt,
                V8Boolean,
                V8Boxed,
                V8Date,
                V8Error,
                V8Hole,
                V8Host,
                V8Key,
                V8Map,
                V8Null,
                V8Object,
                V8RegExp,
                V8Set,
                V8Undefined,
                V8View {

    /**
     * Whether two values have the same content and the same sharing. What JavaScript cannot see makes no difference: number tags, NaN bits, string
     * encodings, dense or complete sparse arrays, number or string form of a property key, the place of index keys. Works on cycles and on any
     * depth.
     *
     * @param a a value
     * @param b another
     * @return true if they are the same in JavaScript's eyes
     */
    static boolean deepEquals(V8Value a, V8Value b) {
        return new DeepEquality().equal(a, b);
    }
}
