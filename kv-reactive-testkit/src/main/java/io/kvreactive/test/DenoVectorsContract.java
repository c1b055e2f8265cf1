// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvConsistency;
import io.kvreactive.KvCursor;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Every case of Deno's own answers that has a counterpart in Java; those that have none, or differ by a rule of ours, are named. */
abstract class DenoVectorsContract extends ContractPart {

    /** Ruled out by the types of the API. */
    private static final Map<String, String> CURSORS_WITHOUT_COUNTERPART = Map.of(
            "c048", "no selector has a start only",
            "c049", "no selector has an end only",
            "c050", "no selector is without bounds",
            "c056", "a limit is a whole number",
            "c057", "a consistency is one of an enum");

    /** Where {@code docs/spec/keys-and-values.md}, section 10, differs: what we do is checked instead. */
    private static final Map<String, List<Object>> CURSORS_BY_OUR_RULES = Map.of(
            // A prefix with start and end is allowed: keys ["a", 1] to before ["a", 2].
            "c047", List.of(4),
            // The last batch is shortened to the limit, so no read asks for 1,001.
            "c055", List.of(17, 0));

    DenoVectorsContract(KvContract contract) {
        super(contract);
    }

    /** Runs every case and tells all that fail. */
    private static void each(List<JsonNode> cases, Consumer<JsonNode> check) {
        Map<String, Throwable> failures = new LinkedHashMap<>();
        for (JsonNode one : cases) {
            try {
                check.accept(one);
            } catch (AssertionError | RuntimeException e) {
                failures.put(Vectors.text(one, "id"), e);
            }
        }
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " cases failed: " + failures);
            failures.values().forEach(all::addSuppressed);
            throw all;
        }
    }

    private void print(String kind, int passed, int of, String details) {
        System.out.println("vectors: " + kind + ": " + passed + " of " + of + " on " + backend() + details);
    }

    private void clear() {
        awaitEnd(Flux.fromIterable(keys(ALL)).buffer(300).concatMap(batch -> {
            var operation = kv().atomic();
            for (KvKey key : batch) {
                operation = operation.delete(key);
            }
            return operation.commit();
        }));
    }

    @Test
    void everyKeyIsWrittenAndListedInDenosOrder() {
        JsonNode file = Vectors.file("keys.json");
        List<JsonNode> cases = Vectors.elements(file.get("cases"));
        each(cases, one -> set(Vectors.key(one.get("key")), Vectors.text(one, "id")));
        each(cases, one -> assertThat(get(Vectors.key(one.get("key"))).rawKey()).isEqualTo(Vectors.hex(one)));
        List<String> order = Vectors.elements(file.get("order")).stream()
                .map(JsonNode::asString)
                .toList();
        JsonNode sameAs = file.get("sameAs");
        // Of two cases with one encoding, the later one is stored.
        List<String> listed = values(ALL).stream().map(String.class::cast).toList();
        assertThat(listed.stream().map(id -> canonical(id, sameAs)))
                .isEqualTo(order.stream().map(id -> canonical(id, sameAs)).toList());
        print("keys", cases.size(), cases.size(), ", in Deno's order: " + order.size());
    }

    private static String canonical(String id, JsonNode sameAs) {
        return sameAs.has(id) ? Vectors.text(sameAs, id) : id;
    }

    @Test
    void everyCursorIsDenosAndEveryListingGoesOnWhereDenosDoes() {
        Map<String, List<JsonNode>> byData = new LinkedHashMap<>();
        List<JsonNode> cases = Vectors.cases("cursors.json");
        cases.forEach(one -> byData.computeIfAbsent(Vectors.text(one, "data"), data -> new ArrayList<>())
                .add(one));
        byData.forEach((data, ofIt) -> {
            clear();
            store(data);
            each(ofIt, this::checkCursors);
        });
        int none = CURSORS_WITHOUT_COUNTERPART.size();
        int rules = CURSORS_BY_OUR_RULES.size();
        print(
                "cursors",
                cases.size(),
                cases.size(),
                " (" + (cases.size() - none - rules) + " as in Deno, " + rules + " by a rule of ours, " + none
                        + " ruled out by Java's types)");
    }

    private void store(String data) {
        JsonNode dataset = Vectors.elements(Vectors.file("cursors.json").get("datasets")).stream()
                .filter(one -> Vectors.text(one, "name").equals(data))
                .findFirst()
                .orElseThrow();
        List<JsonNode> keys = Vectors.elements(dataset.get("keys"));
        var operation = kv().atomic();
        for (int i = 0; i < keys.size(); i++) {
            operation = operation.set(Vectors.key(keys.get(i).get("key")), i);
        }
        await(operation.commitOrThrow());
        assertThat(all(kv().list(ALL).map(entry -> HexFormat.of().formatHex(entry.rawKey()))))
                .isEqualTo(Vectors.elements(dataset.get("hexInOrder")).stream()
                        .map(JsonNode::asString)
                        .toList());
    }

    private void checkCursors(JsonNode one) {
        String id = Vectors.text(one, "id");
        if (CURSORS_WITHOUT_COUNTERPART.containsKey(id)) {
            assertThat(one.has("error")).isTrue();
        } else if (CURSORS_BY_OUR_RULES.containsKey(id)) {
            assertThat(values(selector(one))).isEqualTo(CURSORS_BY_OUR_RULES.get(id));
        } else if (one.has("error")) {
            assertThat(refusal(() -> values(selector(one))))
                    .isInstanceOfAny(IllegalArgumentException.class, KvException.class);
        } else {
            checkEntries(one, selector(one));
        }
    }

    private static Throwable refusal(Runnable call) {
        try {
            call.run();
        } catch (IllegalArgumentException | KvException e) {
            return e;
        }
        throw new AssertionError("nothing was refused");
    }

    private void checkEntries(JsonNode one, KvSelector selector) {
        assertThat(values(selector)).isEqualTo(numbers(one.get("entries")));
        if (!one.has("cursors")) {
            return;
        }
        List<String> cursors = keys(selector).stream()
                .map(key -> selector.cursorAfter(key).text())
                .toList();
        assertThat(cursors)
                .isEqualTo(Vectors.elements(one.get("cursors")).stream()
                        .map(JsonNode::asString)
                        .toList());
        one.get("resumeLimit2")
                .properties()
                .forEach(resumed -> assertThat(values(selector.limit(2).after(KvCursor.parse(resumed.getKey()))))
                        .as("after %s", resumed.getKey())
                        .isEqualTo(numbers(resumed.getValue())));
        if (!cursors.isEmpty()) {
            JsonNode limit = one.get("options").get("limit");
            boolean isStopped = limit != null && limit.asInt() == cursors.size();
            assertThat(Vectors.text(one, "final")).isEqualTo(isStopped ? cursors.get(cursors.size() - 1) : "");
        }
    }

    private static List<Object> numbers(JsonNode array) {
        return Vectors.elements(array).stream().<Object>map(JsonNode::asInt).toList();
    }

    private static KvSelector selector(JsonNode one) {
        JsonNode bounds = one.get("selector");
        KvSelector selector;
        if (bounds.has("prefix")) {
            selector = KvSelector.prefix(Vectors.key(bounds.get("prefix")));
            selector = bounds.has("start") ? selector.start(Vectors.key(bounds.get("start"))) : selector;
            selector = bounds.has("end") ? selector.end(Vectors.key(bounds.get("end"))) : selector;
        } else {
            selector = KvSelector.range(Vectors.key(bounds.get("start")), Vectors.key(bounds.get("end")));
        }
        return withOptions(selector, one.path("options"));
    }

    static KvSelector withOptions(KvSelector bounds, JsonNode options) {
        KvSelector selector = bounds;
        selector = options.has("limit") ? selector.limit(options.get("limit").asLong()) : selector;
        selector = options.has("batchSize")
                ? selector.batchSize(options.get("batchSize").asInt())
                : selector;
        selector = options.path("reverse").asBoolean(false) ? selector.reverse() : selector;
        selector = options.has("consistency") ? selector.consistency(KvConsistency.EVENTUAL) : selector;
        return options.has("cursor") ? selector.after(KvCursor.parse(Vectors.text(options, "cursor"))) : selector;
    }

    @Test
    void everySumHasDenosResult() {
        List<JsonNode> cases = Vectors.cases("sums.json");
        SumVectors sums = new SumVectors(kv(), database());
        each(cases, sums::check);
        print("sums", cases.size(), cases.size(), " (" + sums.throughTheApi() + " of them through the API, too)");
    }

    @Test
    void everyLimitIsDenos() {
        requires(KvContract.Trait.DENO_LIMITS);
        List<JsonNode> cases = Vectors.cases("limits.json");
        LimitVectors limits = new LimitVectors(kv(), contract.lacks());
        each(cases, one -> {
            clear();
            limits.check(one);
        });
        print("limits", cases.size(), cases.size(), " (" + limits.summary() + ")");
    }
}
