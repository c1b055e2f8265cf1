// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The trees of {@code values.json}, made from model values. The vectors nest no deeper than 65 levels, so this may recurse. */
final class Trees {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> NODE_TYPES = List.of(
            "Int8Array",
            "Uint8Array",
            "Uint8ClampedArray",
            "Int16Array",
            "Uint16Array",
            "Int32Array",
            "Uint32Array",
            "Float32Array",
            "Float64Array",
            "DataView",
            "Buffer",
            "BigInt64Array",
            "BigUint64Array");

    private final Map<V8Value, Integer> ids = new IdentityHashMap<>();
    private int nextId;

    private Trees() {}

    static JsonNode of(V8Value value) {
        return new Trees().tree(value);
    }

    private JsonNode tree(V8Value value) {
        ObjectNode node = JSON.createObjectNode();
        if (value instanceof V8Undefined) {
            return node.put("t", "undefined");
        } else if (value instanceof V8Null) {
            return node.put("t", "null");
        } else if (value instanceof V8Hole) {
            return node.put("t", "hole");
        } else if (value instanceof V8Boolean bool) {
            return node.put("t", bool.value() ? "true" : "false");
        } else if (value instanceof V8Number number) {
            return number(node, number);
        } else if (value instanceof V8BigInt bigint) {
            node.put("t", "bigint").put("v", bigint.value().toString());
            return node.put("len", bigint.byteLength());
        } else if (value instanceof V8String text) {
            return node.put("t", "str").put("enc", encoding(text)).put("v", text.text());
        }
        Integer known = ids.get(value);
        if (known != null) {
            return node.put("t", "ref").put("id", known);
        }
        if (value instanceof V8View view) {
            JsonNode buffer = tree(view.buffer());
            node.put("t", "view").put("id", take(view));
            node.set("buffer", buffer);
            node.put("type", view.kind().typeName()).put("offset", view.byteOffset());
            return node.put("length", view.storedLength()).put("flags", view.flags());
        }
        return object(node.put("t", "").put("id", take(value)), value);
    }

    private int take(V8Value value) {
        ids.put(value, nextId);
        return nextId++;
    }

    private static JsonNode number(ObjectNode node, V8Number number) {
        return switch (number.kind()) {
            case INT32 -> node.put("t", "i32").put("v", (int) number.value());
            case UINT32 -> node.put("t", "u32").put("v", (long) number.value());
            case FLOAT64 -> bits(node.put("t", "f64"), number.bits());
        };
    }

    private static ObjectNode bits(ObjectNode node, long bits) {
        double value = Double.longBitsToDouble(bits);
        boolean minusZero = value == 0 && bits != 0;
        return node.put("bits", HexFormat.of().toHexDigits(bits)).put("v", minusZero ? "-0" : NumberText.of(value));
    }

    private static String encoding(V8String text) {
        return text.encoding().name().toLowerCase(Locale.ROOT);
    }

    private JsonNode object(ObjectNode node, V8Value value) {
        if (value instanceof V8Object object) {
            node.put("t", "object").set("props", properties(object.properties()));
        } else if (value instanceof V8Array array) {
            boolean dense = array.form() == V8Array.Form.DENSE;
            node.put("t", dense ? "dense" : "sparse").put("length", array.length());
            if (dense) {
                node.set("items", list(array.items()));
            }
            node.set("props", properties(array.properties()));
        } else if (value instanceof V8Date date) {
            bits(node.put("t", "date"), date.bits());
        } else if (value instanceof V8Boxed boxed) {
            boxed(node, boxed.value());
        } else if (value instanceof V8RegExp regExp) {
            node.put("t", "regexp").put("enc", encoding(regExp.sourceString())).put("source", regExp.source());
            node.put("bits", regExp.flagBits()).put("flags", regExp.flags());
        } else if (value instanceof V8Map map) {
            ArrayNode entries = node.put("t", "map").putArray("entries");
            map.entries().forEach(e -> entries.addArray().add(tree(e.key())).add(tree(e.value())));
        } else if (value instanceof V8Set set) {
            node.put("t", "set").set("items", list(set.members()));
        } else if (value instanceof V8ArrayBuffer buffer) {
            node.put("t", "buffer").put("kind", buffer.kind().name().toLowerCase(Locale.ROOT));
            node.put("hex", HexFormat.of().formatHex(buffer.bytes()));
            if (buffer.kind() == V8ArrayBuffer.Kind.RESIZABLE) {
                node.put("max", buffer.maxByteLength());
            }
        } else if (value instanceof V8Error error) {
            error(node, error);
        } else if (value instanceof V8Host host) {
            node.put("t", "host").put("tag", host.tag());
            if (host.value() != null) {
                node.set("value", tree(host.value()));
            } else {
                node.put("type", NODE_TYPES.get((int) host.tag()))
                        .put("hex", HexFormat.of().formatHex(host.bytes()));
            }
        }
        return node;
    }

    private static void boxed(ObjectNode node, V8Value value) {
        if (value instanceof V8Boolean bool) {
            node.put("t", "Boolean").put("v", bool.value());
        } else if (value instanceof V8Number number) {
            bits(node.put("t", "Number"), number.bits());
        } else if (value instanceof V8BigInt bigint) {
            node.put("t", "BigInt").put("v", bigint.value().toString()).put("len", bigint.byteLength());
        } else if (value instanceof V8String text) {
            node.put("t", "String").put("enc", encoding(text)).put("v", text.text());
        }
    }

    private void error(ObjectNode node, V8Error error) {
        node.put("t", "error").put("proto", error.kind().typeName());
        if (error.messageString() != null) {
            node.put("message", error.message()).put("messageEnc", encoding(error.messageString()));
        }
        if (error.stackString() != null) {
            node.put("stack", error.stack()).put("stackEnc", encoding(error.stackString()));
        }
        if (error.cause() != null) {
            node.set("cause", tree(error.cause()));
        }
    }

    private ArrayNode list(List<V8Value> values) {
        ArrayNode array = JSON.createArrayNode();
        values.forEach(v -> array.add(tree(v)));
        return array;
    }

    private ArrayNode properties(List<V8Object.Property> properties) {
        ArrayNode array = JSON.createArrayNode();
        properties.forEach(p -> array.addArray().add(tree(p.key())).add(tree(p.value())));
        return array;
    }

    /** A tree whose numbers compare by value, not by Java type. The id of a view's buffer is implied, and absent in the vectors. */
    static Object comparable(JsonNode node) {
        if (node.isArray()) {
            return node.valueStream().map(n -> comparable(n)).toList();
        }
        if (node.isObject()) {
            Map<String, Object> members = new TreeMap<>();
            node.properties().forEach(e -> members.put(e.getKey(), comparable(e.getValue())));
            if (members.containsKey("hex")) {
                members.remove("id");
            }
            return members;
        }
        return node.isNumber()
                ? new BigInteger(node.asString())
                : node.isBoolean() ? node.asBoolean() : node.asString();
    }

    /** Nodes by kind, keys included, and the depth: what long cases have in place of a tree. */
    static Map<String, Integer> counts(byte[] bytes, V8Options options) {
        Map<String, Integer> counts = new TreeMap<>();
        V8Reader reader = V8Reader.of(bytes, options);
        int deepest = 0;
        while (reader.next() != V8Token.END) {
            String kind = switch (reader.token()) {
                case INT32 -> "i32";
                case UINT32 -> "u32";
                case DOUBLE -> "f64";
                case STRING -> "str";
                case REFERENCE -> "ref";
                case BIGINT -> "bigint";
                case BUFFER -> "buffer";
                case START_OBJECT -> "object";
                case START_DENSE -> "dense";
                case START_SPARSE -> "sparse";
                case START_MAP -> "map";
                case START_SET -> "set";
                case NULL -> "null";
                default -> reader.token().name();
            };
            if (!reader.token().name().startsWith("END")) {
                counts.merge(kind, 1, Integer::sum);
            }
            boolean start = reader.token().name().startsWith("START");
            deepest = Math.max(
                    deepest, reader.depth() + (start || reader.token().name().startsWith("END") ? 0 : 1));
        }
        counts.put("depth", deepest);
        return counts;
    }

    static Map<String, Integer> counts(JsonNode expected) {
        Map<String, Integer> counts = new TreeMap<>();
        expected.properties().forEach(e -> counts.put(e.getKey(), e.getValue().asInt()));
        return counts;
    }

    /** Plain Java of a JSON text. */
    static Object plain(JsonNode node) {
        if (node.isNull()) {
            return null;
        } else if (node.isBoolean()) {
            return node.asBoolean();
        } else if (node.isString()) {
            return node.asString();
        } else if (node.isInt()) {
            return node.asInt();
        } else if (node.isNumber()) {
            return node.asDouble();
        } else if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(plain(element)));
            return list;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(e -> map.put(e.getKey(), plain(e.getValue())));
        return map;
    }
}
