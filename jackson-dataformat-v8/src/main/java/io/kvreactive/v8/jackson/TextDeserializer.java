// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/** Reads strings and characters of strings only; Jackson's own would take the text of a Date or the code of a character. */
final class TextDeserializer extends DelegatingDeserializer {

    TextDeserializer(ValueDeserializer<?> jacksons) {
        super(jacksons);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jacksons) {
        return new TextDeserializer(jacksons);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        JsonToken token = parser.currentToken();
        // Jackson refuses numbers and booleans as String by configuration, but not as other texts.
        boolean other = token == JsonToken.VALUE_EMBEDDED_OBJECT
                || (handledType() != String.class && (token.isNumeric() || token.isBoolean()));
        return other ? context.handleUnexpectedToken(handledType(), parser) : super.deserialize(parser, context);
    }
}
