// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvValue;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/** Writes one entry as a line, {@code docs/spec/ndjson.md} section 1. */
final class LineWriter {

    private LineWriter() {}

    /** The line, with its end; for an entry whose key can be read. */
    static String line(KvEntry<?> entry, NdjsonExportOptions.RawValues rawValues) {
        JsonText out = new JsonText();
        out.json("{\"key\":");
        boolean isKeyCarried = writeKey(out, entry.key());
        out.json(",\"value\":");
        KvValue stored = entry.rawValue();
        boolean isValueCarried = ValueWriter.write(out, stored);
        out.json(",\"versionstamp\":\"").json(entry.versionstamp().toString()).json('"');
        boolean isRaw = switch (rawValues) {
            case NEVER -> false;
            case WHERE_NEEDED -> !isValueCarried;
            case ALWAYS -> true;
        };
        if (isRaw) {
            out.json(",\"raw\":{\"encoding\":").number(stored.encoding());
            out.json(",\"data\":\"")
                    .json(Base64Url.encode(stored.unsafeArray()))
                    .json("\"}");
        }
        if (!isKeyCarried) {
            out.json(",\"rawKey\":\"").json(Base64Url.encode(entry.rawKey())).json('"');
        }
        Instant expiresAt = entry.expiresAt();
        if (expiresAt != null) {
            out.json(",\"expiresAt\":").number(expiresAt.toEpochMilli());
        }
        return out.json("}\n").toString();
    }

    /** Tells whether the parts give this very key: stored ones may have bigints longer than needed, and NaNs of another sign. */
    private static boolean writeKey(JsonText out, KvKey key) {
        List<Object> parts = key.parts();
        boolean isPlain = true;
        out.json('[');
        for (int i = 0; i < parts.size(); i++) {
            Object part = parts.get(i);
            if (i > 0) {
                out.json(',');
            }
            if (part instanceof String text) {
                ValueWriter.typed(out, "string").string(text);
                out.json('}');
            } else if (part instanceof byte[] bytes) {
                ValueWriter.bytes(out, "Uint8Array", bytes);
            } else if (part instanceof Boolean bool) {
                ValueWriter.typed(out, "boolean").json(bool ? "true}" : "false}");
            } else if (part instanceof BigInteger bigint) {
                isPlain = false;
                ValueWriter.typed(out, "bigint")
                        .json('"')
                        .json(bigint.toString())
                        .json("\"}");
            } else {
                double number = ((Number) part).doubleValue();
                isPlain &= !Double.isNaN(number);
                ValueWriter.number(out, number);
            }
        }
        out.json(']');
        return isPlain || (KvKey.of(parts.toArray()).equals(key) && !hasNegativeNan(parts));
    }

    private static boolean hasNegativeNan(List<Object> parts) {
        return parts.stream()
                .anyMatch(part ->
                        part instanceof Double number && number.isNaN() && Double.doubleToRawLongBits(number) < 0);
    }
}
