// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Options;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/** Reads integral numbers of any tag into {@code BigInteger}, none cut off, and decimals from text where they are written as text. */
final class BigNumberDeserializer extends DelegatingDeserializer {

    BigNumberDeserializer(ValueDeserializer<?> jacksons) {
        super(jacksons);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jacksons) {
        return new BigNumberDeserializer(jacksons);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        JsonToken token = parser.currentToken();
        boolean integer = handledType() == BigInteger.class;
        if (integer && token == JsonToken.VALUE_NUMBER_FLOAT) {
            return parser instanceof V8Parser ? parser.getBigIntegerValue() : exact(parser, context);
        }
        if (!integer
                && token == JsonToken.VALUE_STRING
                && parser instanceof V8Parser v8
                && v8.options().decimals() == V8Options.Decimals.AS_STRING) {
            return decimal(parser.getString(), context);
        }
        return super.deserialize(parser, context);
    }

    private @Nullable Object exact(JsonParser parser, DeserializationContext context) {
        try {
            return parser.getDecimalValue().toBigIntegerExact();
        } catch (ArithmeticException e) {
            return context.reportInputMismatch(this, "a number that is not integral");
        }
    }

    private @Nullable Object decimal(String text, DeserializationContext context) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return context.reportInputMismatch(this, "a string that is no decimal number");
        }
    }
}
