// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import org.jspecify.annotations.Nullable;

/**
 * An error as a value; not something to throw. Its stack, if any, names files of the program that wrote it.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.11"
 */
public final class V8Error implements V8Value {

    private Kind kind = Kind.ERROR;
    private @Nullable V8String message;
    private @Nullable V8String stack;
    private @Nullable V8Value cause;

    private V8Error() {}

    /**
     * Starts an error.
     *
     * @param kind its class
     * @return a new builder
     */
    public static Builder builder(Kind kind) {
        return new Builder().kind(kind);
    }

    /**
     * The class of the error; classes of the program's own are stored as {@link Kind#ERROR}.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The message.
     *
     * @return the text, null if absent
     */
    public @Nullable String message() {
        return message == null ? null : message.text();
    }

    /**
     * The stack, with file paths of the program that wrote it.
     *
     * @return the text, null if absent
     */
    public @Nullable String stack() {
        return stack == null ? null : stack.text();
    }

    /**
     * The cause; any value, perhaps {@link V8Undefined#INSTANCE}, perhaps the error itself.
     *
     * @return the value, null if absent
     */
    public @Nullable V8Value cause() {
        return cause;
    }

    @Nullable
    V8String messageString() {
        return message;
    }

    @Nullable
    V8String stackString() {
        return stack;
    }

    @Override
    public String toString() {
        return "V8Error(" + kind.typeName() + ")";
    }

    /** The class of an error. */
    public enum Kind {
        /** {@code Error}. */
        ERROR("Error", 0),
        /** {@code EvalError}. */
        EVAL_ERROR("EvalError", 'E'),
        /** {@code RangeError}. */
        RANGE_ERROR("RangeError", 'R'),
        /** {@code ReferenceError}. */
        REFERENCE_ERROR("ReferenceError", 'F'),
        /** {@code SyntaxError}. */
        SYNTAX_ERROR("SyntaxError", 'S'),
        /** {@code TypeError}. */
        TYPE_ERROR("TypeError", 'T'),
        /** {@code URIError}. */
        URI_ERROR("URIError", 'U');

        private static final Kind[] ALL = values();

        private final String typeName;
        private final byte subtag;

        Kind(String typeName, int subtag) {
            this.typeName = typeName;
            this.subtag = (byte) subtag;
        }

        /**
         * JavaScript's name of the class.
         *
         * @return the name
         */
        public String typeName() {
            return typeName;
        }

        byte subtag() {
            return subtag;
        }

        static @Nullable Kind of(byte subtag) {
            for (Kind kind : ALL) {
                if (kind.subtag == subtag && kind != ERROR) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** Makes one {@link V8Error}. Mutable; not safe for use by several threads. */
    public static final class Builder {

        private final V8Error error = new V8Error();
        private boolean built;

        private Builder() {}

        /**
         * The error being made, so that its own cause can refer to it.
         *
         * @return the error that {@link #build()} will return
         */
        public V8Error self() {
            return error;
        }

        /**
         * Sets the message.
         *
         * @param message the text
         * @return this builder
         */
        public Builder message(String message) {
            return message(V8String.of(message));
        }

        /**
         * Sets the stack.
         *
         * @param stack the text
         * @return this builder
         */
        public Builder stack(String stack) {
            return stack(V8String.of(stack));
        }

        /**
         * Sets the cause.
         *
         * @param cause the value
         * @return this builder
         */
        public Builder cause(V8Value cause) {
            V8Set.requireMember(cause, "cause");
            unbuilt().cause = cause;
            return this;
        }

        /**
         * Ends the error.
         *
         * @return the error
         */
        public V8Error build() {
            built = true;
            return error;
        }

        Builder kind(Kind kind) {
            unbuilt().kind = kind;
            return this;
        }

        Builder message(V8String message) {
            unbuilt().message = message;
            return this;
        }

        Builder stack(V8String stack) {
            unbuilt().stack = stack;
            return this;
        }

        private V8Error unbuilt() {
            if (built) {
                throw new IllegalStateException("the error has been built");
            }
            return error;
        }
    }
}
