// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.CommitResult;
import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The cases of {@code limits.json}: calls at and just over each limit. */
final class LimitVectors {

    private static final String NO_SUCH_CALL = "no such call can be written in Java";

    private static final Map<String, String> WITHOUT_COUNTERPART = Map.ofEntries(
            Map.entry("l022", "the marker of a versionstamp is a method, not a part"),
            Map.entry("l035", "a function is no Java value"),
            Map.entry("l085", NO_SUCH_CALL),
            Map.entry("l086", "sum takes counters; the SPI's answer is in sums.json"),
            Map.entry("l087", "min takes counters; the SPI's answer is in sums.json"),
            Map.entry("l098", "parts of a millisecond are dropped from a Duration"),
            Map.entry("l099", "a Duration is a number"),
            Map.entry("l100", "a Duration is finite"),
            Map.entry("l102", "options are not null"),
            Map.entry("l110", "a Duration is a number"),
            Map.entry("l117", "a Duration is a number"),
            Map.entry("l127", "KvU64.of takes a long"),
            Map.entry("l131", "sum takes a long"));

    /** Where we deliberately differ; the outcome that is checked instead: a number of results, or the error. */
    private static final Map<String, Object> BY_OUR_RULES = Map.of(
            // More keys than one read takes are split into several reads.
            "l039", 11,
            // More keys than are watched at once are several watches.
            "l045", 11,
            // The 22 bytes of the versionstamp count.
            "l019", KvLimitException.class,
            // Keys of messages that cannot be delivered are held to the limits of keys.
            "l119", IllegalArgumentException.class,
            "l120", KvLimitException.class,
            "l121", KvLimitException.class,
            // Empty keys are refused at the call, before anything is counted.
            "l089", IllegalArgumentException.class,
            "l090", IllegalArgumentException.class);

    private static final Pattern LIMIT =
            Pattern.compile("max (\\d+)|(30) days|index \\d+ is (invalid)|(expireIn is too large)");

    private final Kv kv;
    private final Set<KvContract.Trait> lacks;
    private int asInDeno;
    private int refused;

    LimitVectors(Kv kv, Set<KvContract.Trait> lacks) {
        this.kv = kv;
        this.lacks = lacks;
    }

    String summary() {
        return asInDeno + " as in Deno, " + (refused == 0 ? "" : refused + " that the backend does not do, ")
                + BY_OUR_RULES.size() + " by a rule of ours, " + WITHOUT_COUNTERPART.size()
                + " without a counterpart in Java: "
                + WITHOUT_COUNTERPART.keySet().stream().sorted().toList();
    }

    void check(JsonNode one) {
        String id = Vectors.text(one, "id");
        if (WITHOUT_COUNTERPART.containsKey(id)) {
            return;
        }
        Object outcome = outcomeOf(one);
        if (outcome instanceof KvUnsupportedException && isNotTaken(one)) {
            refused++;
            return;
        }
        Object byOurRule = BY_OUR_RULES.get(id);
        if (byOurRule instanceof Class<?> error) {
            assertThat(outcome).isInstanceOf(error);
        } else if (byOurRule != null) {
            assertThat(outcome).isEqualTo(byOurRule);
        } else {
            checkAsInDeno(one.get("result"), outcome);
            asInDeno++;
        }
    }

    private boolean isNotTaken(JsonNode one) {
        String operation = Vectors.text(one, "op");
        if (operation.equals("watch")) {
            return lacks.contains(KvContract.Trait.WATCHES);
        }
        JsonNode schedule = one.path("options").path("backoffSchedule");
        boolean isOneDelivery = schedule.isArray() && schedule.isEmpty();
        return (one.has("enqueues") || operation.equals("enqueue"))
                && (lacks.contains(KvContract.Trait.ENQUEUES)
                        || (isOneDelivery && lacks.contains(KvContract.Trait.DELIVERS_ONCE)));
    }

    private static void checkAsInDeno(JsonNode result, Object outcome) {
        if (result.get("ok").asBoolean()) {
            assertThat(outcome.toString()).isEqualTo(result.get("value").asString());
            return;
        }
        String message = Vectors.text(result.get("error"), "message");
        Matcher limit = LIMIT.matcher(message);
        if (limit.find() && !message.contains("index 0")) {
            assertThat(outcome).isInstanceOf(KvLimitException.class);
            if (limit.group(1) != null && !message.contains("for read")) {
                assertThat(((KvLimitException) outcome).limit()).isEqualTo(Long.parseLong(limit.group(1)));
            }
        } else {
            assertThat(outcome).isInstanceOfAny(IllegalArgumentException.class, KvMutationException.class);
        }
    }

    /** What the call gives, or the error of the call or of its publisher. */
    private Object outcomeOf(JsonNode one) {
        try {
            if (one.has("before")) {
                for (JsonNode before : one.get("before")) {
                    ContractPart.awaitEnd(kv.set(Vectors.key(before.get("key")), Vectors.text(before, "value")));
                }
            }
            return ContractPart.await(call(one));
        } catch (IllegalArgumentException | KvException e) {
            return e;
        }
    }

    private Mono<?> call(JsonNode one) {
        return switch (Vectors.text(one, "op")) {
            case "get" ->
                kv.get(Vectors.key(one.get("key"))).<Object>map(e -> e).defaultIfEmpty("absent");
            case "getMany" -> kv.getMany(keys(one.get("keys"))).map(List::size);
            case "set" ->
                set(kv.atomic(), one, one.get("key"), 0).commitOrThrow().thenReturn(true);
            case "delete" -> kv.delete(Vectors.key(one.get("key"))).thenReturn(true);
            case "enqueue" ->
                kv.enqueue(value(one.get("value"), 0), enqueueOptions(one)).thenReturn(true);
            case "watch" ->
                kv.watch(keys(one.get("keys")))
                        .next()
                        .<Object>map(change -> change.entries().size())
                        .defaultIfEmpty("ends");
            case "list" -> kv.list(selector(one)).count();
            case "atomic" -> atomic(one).commit().map(CommitResult::isCommitted);
            case "u64" -> Mono.just(KvU64.of(bigint(one.get("value"))));
            case "shortcut" -> shortcut(one).commit().map(CommitResult::isCommitted);
            default -> throw new AssertionError("an operation of unknown kind");
        };
    }

    private static KvSelector selector(JsonNode one) {
        JsonNode bounds = one.get("selector");
        KvSelector selector = bounds.has("prefix")
                ? KvSelector.prefix(Vectors.key(bounds.get("prefix")))
                : KvSelector.range(Vectors.key(bounds.get("start")), Vectors.key(bounds.get("end")));
        return DenoVectorsContract.withOptions(selector, one.path("options"));
    }

    private AtomicOperation shortcut(JsonNode one) {
        KvKey key = Vectors.key(one.get("key"));
        KvU64 operand = KvU64.of(bigint(one.get("value")));
        return switch (Vectors.text(one, "method")) {
            case "min" -> kv.atomic().min(key, operand);
            case "max" -> kv.atomic().max(key, operand);
            default -> kv.atomic().sum(key, operand);
        };
    }

    private static BigInteger bigint(JsonNode value) {
        return new BigInteger(Vectors.text(value, "bigint"));
    }

    /** An element of a list, with its running index among those that one rule repeats. */
    private record Element(JsonNode json, int index) {}

    private static List<Element> elements(@Nullable JsonNode list) {
        List<Element> elements = new ArrayList<>();
        for (JsonNode one : list == null ? List.<JsonNode>of() : Vectors.elements(list)) {
            int times = one.has("each") ? one.get("repeat").asInt() : 1;
            for (int i = 0; i < times; i++) {
                elements.add(new Element(one.has("each") ? one.get("each") : one, i));
            }
        }
        return elements;
    }

    private static List<KvKey> keys(JsonNode list) {
        return elements(list).stream()
                .map(element -> Vectors.key(element.json, element.index))
                .toList();
    }

    private AtomicOperation atomic(JsonNode one) {
        AtomicOperation operation = kv.atomic();
        for (Element check : elements(one.get("checks"))) {
            JsonNode version = check.json.get("versionstamp");
            operation = operation.check(
                    Vectors.key(check.json.get("key"), check.index),
                    version == null || version.isNull() ? null : Versionstamp.parse(version.asString()));
        }
        for (Element mutation : elements(one.get("mutations"))) {
            operation = mutate(operation, mutation);
        }
        for (Element message : elements(one.get("enqueues"))) {
            operation =
                    operation.enqueue(value(message.json.get("value"), message.index), enqueueOptions(message.json));
        }
        return operation;
    }

    private static AtomicOperation mutate(AtomicOperation operation, Element mutation) {
        JsonNode json = mutation.json;
        return switch (Vectors.text(json, "type")) {
            case "set" -> set(operation, json, json.get("key"), mutation.index);
            case "delete" -> operation.delete(Vectors.key(json.get("key"), mutation.index));
            default ->
                operation.sum(
                        Vectors.key(json.get("key"), mutation.index),
                        KvU64.of(new BigInteger(Vectors.text(json.get("value"), "u64"))));
        };
    }

    private static AtomicOperation set(AtomicOperation operation, JsonNode json, JsonNode key, int index) {
        Object value = value(json.get("value"), index);
        JsonNode expireIn = json.path("options").get("expireIn");
        SetOptions options = expireIn == null || !expireIn.isNumber()
                ? SetOptions.defaults()
                : SetOptions.expireIn(Duration.ofMillis(expireIn.asLong()));
        List<JsonNode> parts = Vectors.elements(key);
        boolean isStamped = !parts.isEmpty()
                && Vectors.text(parts.get(parts.size() - 1), "type").equals("commitVersionstamp");
        if (!isStamped) {
            return operation.set(Vectors.key(key, index), value, options);
        }
        KvKey prefix = parts.size() == 1 ? KvKey.empty() : KvKey.of(Vectors.bytes(parts.get(0)));
        return operation.setVersionstamped(prefix, value, options);
    }

    private static Object value(JsonNode value, int index) {
        if (value.has("bytes")) {
            return Vectors.bytes(value.get("bytes"));
        }
        if (value.has("text")) {
            JsonNode text = value.get("text");
            return Vectors.text(text, "repeat").repeat(text.get("count").asInt());
        }
        if (value.has("index")) {
            return index;
        }
        return value.isNumber() ? (Object) value.asInt() : value.asString();
    }

    private static EnqueueOptions enqueueOptions(JsonNode json) {
        JsonNode given = json.path("options");
        EnqueueOptions.Builder options = EnqueueOptions.builder();
        if (given.has("delay")) {
            options.delay(Duration.ofNanos(Math.round(given.get("delay").asDouble() * 1_000_000)));
        }
        if (given.has("backoffSchedule")) {
            options.backoffSchedule(elements(given.get("backoffSchedule")).stream()
                    .map(interval -> Duration.ofMillis(interval.json.asLong()))
                    .toArray(Duration[]::new));
        }
        if (given.has("keysIfUndelivered")) {
            options.keysIfUndelivered(keys(given.get("keysIfUndelivered")).toArray(KvKey[]::new));
        }
        return options.build();
    }
}
