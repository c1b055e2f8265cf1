// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a value in the notation of {@code docs/spec/ndjson.md} section 2; everything throws {@link Refused}. */
final class ValueReader {

    private static final String COUNTER = "KvU64";
    private static final String BYTES = V8View.Kind.UINT8.typeName();

    private static final Map<String, V8View.Kind> VIEWS = Arrays.stream(V8View.Kind.values())
            .filter(kind -> kind != V8View.Kind.FLOAT16)
            .collect(Collectors.toUnmodifiableMap(V8View.Kind::typeName, kind -> kind));
    private static final Map<String, V8Error.Kind> ERRORS = Arrays.stream(V8Error.Kind.values())
            .collect(Collectors.toUnmodifiableMap(V8Error.Kind::typeName, kind -> kind));

    private ValueReader() {}

    /** The value of an entry, as it is stored. */
    static KvValue read(@Nullable Object json) {
        Map<String, @Nullable Object> typed = Scalars.object(json, "a value");
        String type = typeOf(typed);
        if (type.equals(COUNTER)) {
            return KvValue.of(counter(typed.get("value")));
        }
        if (type.equals(BYTES)) {
            return KvValue.wrap(KvValue.BYTES, Scalars.bytes(typed.get("value")));
        }
        try {
            return KvValue.wrap(KvValue.V8, V8.encodeModel(value(typed, type)));
        } catch (V8Exception e) {
            throw new Refused("a value that cannot be stored: " + e.getMessage());
        }
    }

    private static String typeOf(Map<String, @Nullable Object> typed) {
        return Scalars.string(typed.get("type"), "a type");
    }

    private static KvU64 counter(@Nullable Object json) {
        BigInteger counter = Scalars.bigint(json);
        if (counter.signum() < 0 || counter.bitLength() > Long.SIZE) {
            throw new Refused("a KvU64 that is not between 0 and 2^64 - 1");
        }
        return KvU64.ofUnsigned(counter.longValue());
    }

    private static V8Value value(@Nullable Object json) {
        Map<String, @Nullable Object> typed = Scalars.object(json, "a value");
        return value(typed, typeOf(typed));
    }

    private static V8Value value(Map<String, @Nullable Object> typed, String type) {
        Object json = typed.get("value");
        return switch (type) {
            case "undefined" -> V8Undefined.INSTANCE;
            case "null" -> V8Null.INSTANCE;
            case "boolean" -> V8Boolean.of(Scalars.bool(json));
            case "number" -> V8Number.of(Scalars.number(json));
            case "bigint" -> V8BigInt.of(Scalars.bigint(json));
            case "string" -> V8String.of(Scalars.string(json, "a string"));
            case "Date" -> V8Date.of(json == null ? Double.NaN : DateText.parse(Scalars.string(json, "a Date")));
            case "RegExp" -> regexp(Scalars.string(json, "a RegExp"));
            case "Array" -> V8Array.of(list(json).toArray(new V8Value[0]));
            case "Set" -> set(list(json));
            case "Map" -> map(json);
            case "object" -> object(Scalars.object(json, "an object"));
            case "ArrayBuffer" -> V8ArrayBuffer.of(Scalars.bytes(json));
            default -> viewOrError(type, json);
        };
    }

    private static V8Value viewOrError(String type, @Nullable Object json) {
        V8View.Kind view = VIEWS.get(type);
        V8Error.Kind error = ERRORS.get(type);
        if (view != null) {
            byte[] bytes = Scalars.bytes(json);
            if (bytes.length % view.elementSize() != 0) {
                throw new Refused("a " + type + " whose bytes are not whole elements");
            }
            return V8View.of(view, V8ArrayBuffer.of(bytes));
        }
        if (error != null) {
            return error(error, Scalars.object(json, "an error"));
        }
        throw new Refused(
                type.equals(COUNTER)
                        ? "a KvU64 inside of a value, where it cannot be stored"
                        : "a value of the unknown type " + Scalars.named(type));
    }

    private static V8Value regexp(String text) {
        int end = text.lastIndexOf('/');
        if (end > 0 && text.charAt(0) == '/') {
            try {
                return V8RegExp.of(text.substring(1, end), text.substring(end + 1));
            } catch (IllegalArgumentException e) {
                // Flags that are none.
            }
        }
        throw new Refused("a RegExp that is not /source/flags");
    }

    private static List<?> array(@Nullable Object json) {
        if (json instanceof List<?> array) {
            return array;
        }
        throw new Refused("an Array, Map or Set that is no JSON array");
    }

    private static List<V8Value> list(@Nullable Object json) {
        List<V8Value> values = new ArrayList<>();
        for (Object item : array(json)) {
            values.add(value(item));
        }
        return values;
    }

    private static V8Value set(List<V8Value> members) {
        requireDistinct(members);
        return V8Set.of(members.toArray(new V8Value[0]));
    }

    private static V8Value map(@Nullable Object json) {
        V8Map.Builder map = V8Map.builder();
        List<V8Value> keys = new ArrayList<>();
        for (Object entry : array(json)) {
            List<?> pair = array(entry);
            if (pair.size() != 2) {
                throw new Refused("a Map with an entry that is not a key and a value");
            }
            V8Value key = value(pair.get(0));
            keys.add(key);
            map.put(key, value(pair.get(1)));
        }
        requireDistinct(keys);
        return map.build();
    }

    private static void requireDistinct(List<V8Value> members) {
        if (!Scalars.areDistinct(members)) {
            throw new Refused("a Map or Set with a member twice");
        }
    }

    private static V8Value object(Map<String, @Nullable Object> members) {
        V8Object.Builder object = V8Object.builder();
        members.forEach((name, json) -> object.put(name, value(json)));
        return object.build();
    }

    private static V8Value error(V8Error.Kind kind, Map<String, @Nullable Object> members) {
        V8Error.Builder error = V8Error.builder(kind);
        Object message = members.get("message");
        Object stack = members.get("stack");
        if (message != null) {
            error.message(Scalars.string(message, "the message of an error"));
        }
        if (members.get("cause") != null) {
            error.cause(value(members.get("cause")));
        }
        if (stack != null) {
            error.stack(Scalars.string(stack, "the stack of an error"));
        }
        return error.build();
    }
}
