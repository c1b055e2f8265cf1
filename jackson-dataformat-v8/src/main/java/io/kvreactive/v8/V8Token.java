// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * What {@link V8Reader#next()} met. Every distinction that the bytes make is kept; padding and object counts are skipped.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 1.3, 1.4 and 2.1"
 */
public enum V8Token {
    /** {@code undefined}. */
    UNDEFINED,
    /** {@code null}. */
    NULL,
    /** {@code true}. */
    TRUE,
    /** {@code false}. */
    FALSE,
    /** An absent element of a dense array. */
    HOLE,
    /** A number stored as a signed 32-bit integer: {@link V8Reader#intValue()}. */
    INT32,
    /** A number stored as an unsigned 32-bit integer: {@link V8Reader#doubleValue()}. */
    UINT32,
    /** A number stored as a double: {@link V8Reader#doubleBits()}. */
    DOUBLE,
    /** A bigint: {@link V8Reader#bigInteger()}. */
    BIGINT,
    /** A string: {@link V8Reader#string()}. */
    STRING,
    /** An object met before, whose id is {@link V8Reader#id()}. */
    REFERENCE,
    /** The start of a plain object; keys and values alternate. */
    START_OBJECT,
    /** The end of a plain object. */
    END_OBJECT,
    /** The start of a dense array of {@link V8Reader#length()} elements; keys and values of extra properties follow them. */
    START_DENSE,
    /** The end of a dense array. */
    END_DENSE,
    /** The start of a sparse array; keys and values alternate. */
    START_SPARSE,
    /** The end of a sparse array. */
    END_SPARSE,
    /** The start of a Map; keys and values alternate. */
    START_MAP,
    /** The end of a Map. */
    END_MAP,
    /** The start of a Set. */
    START_SET,
    /** The end of a Set. */
    END_SET,
    /** A Date: {@link V8Reader#doubleBits()} are its milliseconds. */
    DATE,
    /** A Boolean object holding true. */
    BOXED_TRUE,
    /** A Boolean object holding false. */
    BOXED_FALSE,
    /** A Number object: {@link V8Reader#doubleBits()}. */
    BOXED_NUMBER,
    /** A BigInt object: {@link V8Reader#bigInteger()}. */
    BOXED_BIGINT,
    /** A String object: {@link V8Reader#string()}. */
    BOXED_STRING,
    /** A regular expression: its source is {@link V8Reader#string()}, its flag bits {@link V8Reader#flags()}. */
    REGEXP,
    /** An ArrayBuffer; if {@link V8Reader#viewFollows()}, it and the next token are one value. */
    BUFFER,
    /** A view on the buffer (or the reference to one) just before. */
    VIEW,
    /** A view as Node's {@code v8.serialize} writes it. */
    NODE_VIEW,
    /** The start of an error; its fields follow. */
    START_ERROR,
    /** The kind of an error: {@link V8Reader#errorKind()}. */
    ERROR_KIND,
    /** The message of an error: {@link V8Reader#string()}. */
    ERROR_MESSAGE,
    /** The stack of an error: {@link V8Reader#string()}. */
    ERROR_STACK,
    /** The cause of an error is the next value. */
    ERROR_CAUSE,
    /** The end of an error. */
    END_ERROR,
    /** The start of a host object; one value follows. */
    START_HOST,
    /** The end of a host object. */
    END_HOST,
    /** The end of the input. */
    END
}
