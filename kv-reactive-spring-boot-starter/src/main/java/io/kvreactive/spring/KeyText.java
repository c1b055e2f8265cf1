// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.KvDecodeException;
import io.kvreactive.KvKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keys as JSON, for people who type them: {@code ["orders",42,true,{"bigint":"7"},{"bytes":"0a0b"}]}. */
final class KeyText {

    private static final JsonMapper JSON = JsonMapper.shared();

    private KeyText() {}

    static KvKey parse(String parameter, String text) {
        try {
            JsonNode array = JSON.readTree(text);
            if (!array.isArray()) {
                throw refused(parameter);
            }
            List<Object> parts = new ArrayList<>();
            array.forEach(part -> parts.add(part(parameter, part)));
            return KvKey.of(parts.toArray());
        } catch (JacksonException | IllegalArgumentException e) {
            throw refused(parameter);
        }
    }

    private static Object part(String parameter, JsonNode part) {
        if (part.isString()) {
            return part.asString();
        }
        if (part.isBoolean()) {
            return part.asBoolean();
        }
        if (part.isNumber()) {
            return part.isIntegralNumber() && part.canConvertToLong() ? (Object) part.asLong() : part.asDouble();
        }
        if (part.size() == 1 && part.path("bigint").isString()) {
            return new BigInteger(part.path("bigint").asString());
        }
        if (part.size() == 1 && part.path("bytes").isString()) {
            return HexFormat.of().parseHex(part.path("bytes").asString());
        }
        throw refused(parameter);
    }

    private static InvalidEndpointRequestException refused(String parameter) {
        return new InvalidEndpointRequestException(
                parameter
                        + " is no key; write it as JSON, as [\"orders\",42,true,{\"bigint\":\"7\"},{\"bytes\":\"0a0b\"}]",
                parameter);
    }

    /** What {@link #parse} takes; of bytes that are no key, the bytes. */
    static String of(byte[] encoded) {
        List<Object> parts;
        try {
            parts = KvKey.decode(encoded).parts();
        } catch (KvDecodeException e) {
            return "undecodable: " + HexFormat.of().formatHex(encoded);
        }
        return JSON.writeValueAsString(parts.stream().map(KeyText::json).toList());
    }

    private static Object json(Object part) {
        if (part instanceof BigInteger number) {
            return Map.of("bigint", number.toString());
        }
        return part instanceof byte[] bytes ? Map.of("bytes", HexFormat.of().formatHex(bytes)) : part;
    }
}
