// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one text of JSON, strictly: no member twice, nothing behind the end, numbers as they are written. An object is a {@code Map} in the
 * order of its members, an array a {@code List}; beside them {@code String}, {@code Boolean}, {@link Numeral}, and null.
 */
final class JsonReader {

    /** Enough for the deepest value that is written: a Map adds three levels. */
    private static final int MAX_DEPTH = 1_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    // The line is bounded already.
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final JsonParser parser;

    private JsonReader(JsonParser parser) {
        this.parser = parser;
    }

    /** A number as it is written: its value is not rounded yet. */
    record Numeral(String text) {}

    /** The object that is all of a text; throws {@link Refused}. */
    static Map<String, @Nullable Object> readObject(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Refused("no JSON object");
            }
            Map<String, @Nullable Object> object = new JsonReader(parser).object();
            if (parser.nextToken() != null) {
                throw new Refused("more than one JSON object");
            }
            return object;
        } catch (StreamConstraintsException e) {
            throw new Refused("JSON nested deeper than " + MAX_DEPTH + " levels, or with a number of more than "
                    + StreamReadConstraints.DEFAULT_MAX_NUM_LEN + " characters");
        } catch (JacksonException e) {
            // Its message shows what was read.
            throw new Refused("no JSON (column "
                    + (e.getLocation() == null ? "unknown" : e.getLocation().getColumnNr()) + ")");
        }
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>(4);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (object.containsKey(name)) {
                throw new Refused("JSON with a member twice (column "
                        + parser.currentLocation().getColumnNr() + ")");
            }
            parser.nextToken();
            object.put(name, value());
        }
        return object;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value());
        }
        return array;
    }

    private @Nullable Object value() {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }
}
