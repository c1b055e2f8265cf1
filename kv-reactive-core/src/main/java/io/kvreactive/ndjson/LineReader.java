// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvDecodeException;
import io.kvreactive.KvKey;
import io.kvreactive.KvValue;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a line into an entry, {@code docs/spec/ndjson.md} section 1; everything throws {@link Refused}. Members that it does not know do not count. */
final class LineReader {

    private final KvKey prefix;

    LineReader(KvKey prefix) {
        this.prefix = prefix;
    }

    /** What a line says, with the prefix before its key. */
    record Entry(
            long line, KvKey key, KvValue value, @Nullable Instant expiresAt) {}

    Entry read(long number, String line) {
        Map<String, @Nullable Object> members = JsonReader.readObject(line);
        Object expiresAt = members.get("expiresAt");
        return new Entry(
                number,
                key(members),
                value(members),
                expiresAt == null ? null : Instant.ofEpochMilli(Scalars.whole(expiresAt, "an expiresAt")));
    }

    private KvKey key(Map<String, @Nullable Object> members) {
        KvKey key =
                members.get("rawKey") == null ? key(members.get("key")) : rawKey(Scalars.bytes(members.get("rawKey")));
        if (key.equals(prefix)) {
            throw new Refused("a key without parts");
        }
        return key;
    }

    private KvKey rawKey(byte[] encoded) {
        byte[] before = prefix.encoded();
        byte[] whole = Arrays.copyOf(before, before.length + encoded.length);
        System.arraycopy(encoded, 0, whole, before.length, encoded.length);
        try {
            KvKey.decode(encoded);
            return KvKey.decode(whole);
        } catch (KvDecodeException e) {
            throw new Refused("a rawKey that is not the encoding of a key");
        }
    }

    private KvKey key(@Nullable Object json) {
        if (!(json instanceof List<?> parts)) {
            throw new Refused("a key that is no JSON array");
        }
        try {
            return prefix.append(parts.stream().map(LineReader::part).toArray());
        } catch (IllegalArgumentException e) {
            throw new Refused("a key that cannot be: " + e.getMessage());
        }
    }

    private static Object part(@Nullable Object json) {
        Map<String, @Nullable Object> part = Scalars.object(json, "a part of a key");
        String type = Scalars.string(part.get("type"), "a type");
        Object value = part.get("value");
        return switch (type) {
            case "string" -> unicode(Scalars.string(value, "a string"));
            case "number" -> Scalars.number(value);
            case "bigint" -> Scalars.bigint(value);
            case "boolean" -> Scalars.bool(value);
            case "Uint8Array" -> Scalars.bytes(value);
            default -> throw new Refused("a part of a key of the unknown type " + Scalars.named(type));
        };
    }

    /** The encoding of keys would put U+FFFD in its place, and two keys would become one. */
    private static String unicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw new Refused("a string in a key with an unpaired surrogate");
            }
        }
        return text;
    }

    private static KvValue value(Map<String, @Nullable Object> members) {
        Object json = members.get("raw");
        if (json == null) {
            return ValueReader.read(members.get("value"));
        }
        Map<String, @Nullable Object> raw = Scalars.object(json, "a raw");
        long encoding = Scalars.whole(raw.get("encoding"), "an encoding");
        byte[] data = Scalars.bytes(raw.get("data"));
        if (encoding < KvValue.V8 || encoding > KvValue.BYTES) {
            throw new Refused("a raw value of no known encoding (1 V8, 2 LE64, 3 BYTES)");
        }
        if (encoding == KvValue.LE64 && data.length != Long.BYTES) {
            throw new Refused("a raw counter that has not eight bytes");
        }
        return KvValue.wrap((int) encoding, data);
    }
}
