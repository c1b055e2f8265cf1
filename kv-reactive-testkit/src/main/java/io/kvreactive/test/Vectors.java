// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.KvKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the real Deno did, packed into this jar; {@code testdata/FORMAT.md} explains the files and their notation of keys. */
final class Vectors {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Vectors() {}

    static JsonNode file(String name) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(name), name)) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonNode> cases(String name) {
        return elements(file(name).get("cases"));
    }

    static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    static String text(JsonNode node, String member) {
        return node.get(member).asString();
    }

    static byte[] hex(JsonNode node) {
        return HexFormat.of().parseHex(text(node, "hex"));
    }

    static KvKey key(JsonNode parts) {
        return key(parts, 0);
    }

    /** The key of the running index of a repeated element. */
    static KvKey key(JsonNode parts, int index) {
        return KvKey.of(elements(parts).stream().map(part -> part(part, index)).toArray());
    }

    private static Object part(JsonNode part, int index) {
        return switch (text(part, "type")) {
            case "string" -> string(part);
            case "bytes" -> bytes(part);
            case "bigint" -> new BigInteger(text(part, "value"));
            case "number" ->
                part.has("index") ? index : Double.longBitsToDouble(Long.parseUnsignedLong(text(part, "bits"), 16));
            case "boolean" -> part.get("value").asBoolean();
            // Whatever is no part in JavaScript is an object that is none in Java.
            default -> part;
        };
    }

    private static String string(JsonNode part) {
        if (part.has("utf16")) {
            byte[] units = HexFormat.of().parseHex(text(part, "utf16"));
            // Not through a charset, which would replace unpaired surrogates.
            return ByteBuffer.wrap(units).asCharBuffer().toString();
        }
        return part.has("repeat")
                ? text(part, "repeat").repeat(part.get("count").asInt())
                : text(part, "value");
    }

    /** {@code hex}, or {@code fill} and {@code length}; without {@code fill}, zeros. */
    static byte[] bytes(JsonNode given) {
        if (given.has("hex")) {
            return hex(given);
        }
        byte[] bytes = new byte[given.get("length").asInt()];
        Arrays.fill(bytes, (byte) given.path("fill").asInt(0));
        return bytes;
    }
}
