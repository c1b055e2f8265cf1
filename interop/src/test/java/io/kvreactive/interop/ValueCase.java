// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Value;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** A value of the vectors that Deno wrote, with the JavaScript expression that makes it. */
final class ValueCase {

    private static final String TOO_LARGE = "Value too large";

    /** What plain Java refuses to carry, by design: the model carries it. */
    static final Map<String, String> NOT_NATURAL = namesWith(Map.of(
            "array with holes",
            List.of(
                    "arr-hole-only",
                    "arr-hole-middle",
                    "arr-hole-first",
                    "arr-hole-vs-undefined",
                    "arr-length-only",
                    "arr-deleted",
                    "arr-grown",
                    "arr-far-index",
                    "arr-index-2p31",
                    "arr-index-1000000",
                    "big-sparse-3000"),
            "array with properties",
            List.of("arr-extra-props", "arr-sparse-extra-props"),
            "invalid Date",
            List.of("date-invalid"),
            "cycle",
            List.of(
                    "map-self-value",
                    "map-self-key",
                    "set-self",
                    "set-map-cycle",
                    "ref-self-object",
                    "ref-self-array",
                    "ref-mutual",
                    "ref-parent-chain",
                    "ref-ring-3",
                    "ref-map-set-cycle",
                    "ref-root-in-deep",
                    "ref-sparse-self"),
            "members of a Set that Java takes for equal",
            List.of("set-objects"),
            "host object",
            List.of("host-cryptokey", "host-domexception")));

    /** What plain Java values carry as something else, by design (docs/spec/v8-structured-clone.md, section 2.3). */
    static final Map<String, String> FOLDED = namesWith(Map.of(
            "a boxed primitive is the primitive",
            List.of(
                    "boxed-true",
                    "boxed-false",
                    "boxed-int",
                    "boxed-minus-zero",
                    "boxed-double",
                    "boxed-nan",
                    "boxed-bigint",
                    "boxed-bigint-neg",
                    "boxed-bigint-zero",
                    "boxed-str",
                    "boxed-str-empty",
                    "boxed-str-two-byte",
                    "boxed-str-padded",
                    "boxed-extra-lost",
                    "boxed-shared",
                    "ref-same-text-two-boxes"),
            "a Map whose keys are all strings is an object",
            List.of(
                    "map-empty",
                    "map-str",
                    "map-nested",
                    "map-map-in-set-in-map",
                    "map-date-value",
                    "view-map-of-views",
                    "big-map-1000",
                    "big-depth-500-map",
                    "big-depth-300-mixed"),
            "a Uint8Array is its bytes, without the buffer behind",
            List.of(
                    "view-uint8-sub",
                    "view-rab-fixed",
                    "view-rab-tracking",
                    "view-shared-buffer",
                    "view-buffer-then-view",
                    "view-view-then-buffer")));

    private final JsonNode json;

    private ValueCase(JsonNode json) {
        this.json = json;
    }

    static List<ValueCase> all() {
        return Vectors.cases("values.json", "cases").stream()
                .filter(c -> c.get("origin").asString().equals("deno") && c.has("js"))
                .map(ValueCase::new)
                .toList();
    }

    String name() {
        return json.get("name").asString();
    }

    byte[] bytes() {
        return Vectors.bytes(json);
    }

    V8Value model() {
        return V8.decodeModel(bytes());
    }

    boolean isNatural() {
        return !NOT_NATURAL.containsKey(name());
    }

    /** Whether reading gives something else than was written, so that the expression is no measure. */
    boolean isLossy() {
        return json.has("lossy");
    }

    /** Whether the value is larger than a database takes. */
    boolean isTooLarge() {
        return isRefused() && refusal().contains(TOO_LARGE);
    }

    /** Whether Deno refuses to store it. */
    boolean isRefused() {
        return json.has("kv");
    }

    /** What Deno says to it. */
    String refusal() {
        return json.get("kv").asString();
    }

    /** Whether Deno stores the bytes of the array themselves. */
    boolean isRawBytes() {
        return json.has("kvEncoding") && json.get("kvEncoding").asString().equals("BYTES");
    }

    private static Map<String, String> namesWith(Map<String, List<String>> namesByReason) {
        Map<String, String> reasons = new TreeMap<>();
        namesByReason.forEach((reason, names) -> names.forEach(name -> reasons.put(name, reason)));
        return Collections.unmodifiableMap(reasons);
    }

    @Override
    public String toString() {
        return name();
    }
}
