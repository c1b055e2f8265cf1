// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.SimpleStreamReadContext;

/** Goes through a value that has been checked, and says which tokens it is and what they hold. */
abstract class Walk {

    private final V8Parser parser;
    SimpleStreamReadContext context;

    Walk(V8Parser parser, SimpleStreamReadContext root) {
        this.parser = parser;
        this.context = root;
    }

    /** The next token; null at the end. A number is in the parser's {@link CurrentNumber}. */
    abstract @Nullable JsonToken next();

    /** Leaves the container that has begun, whatever remains of it. */
    abstract JsonToken skip();

    /** What the token is in JavaScript, or begins, ends or names; {@link V8Token#END} where there is no value. */
    abstract V8Token kind();

    /** Where the tag of that stands, in bytes from the start of the input. */
    abstract int offset();

    /** The string, bytes or object that the token is. */
    abstract Object content();

    /** The model of the value that the token is or begins. */
    abstract V8Value model();

    /** The id of the object that a parser should tell here, if references name it. */
    abstract @Nullable Object objectId();

    /** Shows the Map that has just begun as pairs, whatever its keys are. */
    abstract JsonToken mapAsPairs();

    final SimpleStreamReadContext context() {
        return context;
    }

    final JsonToken startObject() {
        context.valueRead();
        context = context.createChildObjectContext(1, 0);
        parser.requireDepth(context.getNestingDepth());
        return JsonToken.START_OBJECT;
    }

    final JsonToken startArray() {
        context.valueRead();
        context = context.createChildArrayContext(1, 0);
        parser.requireDepth(context.getNestingDepth());
        return JsonToken.START_ARRAY;
    }

    final SimpleStreamReadContext parent() {
        return Objects.requireNonNull(context.clearAndGetParent());
    }
}
