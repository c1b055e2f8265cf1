// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.SumLimits;
import io.kvreactive.Versionstamp;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operations by chance, the same ones on three databases: Deno's engine behind KV Connect, ours in memory, and ours on a file. Whatever is seen
 * of one must be seen of the others, versions as the number of the commit that wrote them.
 */
class DifferentialIT {

    private static final int SEEDS = 8;
    private static final int OPERATIONS = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** How often each kind of outcome was seen, so that none is missing. */
    private final Map<String, Integer> seen = new TreeMap<>();

    /** One of the databases. */
    private static final class Subject {
        private final Kv kv;
        private final Map<Versionstamp, Integer> commits = new HashMap<>();

        Subject(String url, KvOptions options) {
            kv = Kv.create(url, options);
        }

        /** The number of the commit that has this version. */
        String number(Versionstamp version) {
            return version == null ? "none" : "" + commits.get(version);
        }

        String text(KvEntryMaybe<Object> entry) {
            return entry.isPresent() ? NaturalText.of(entry.value()) + " of " + number(entry.versionstamp()) : "absent";
        }

        String text(KvEntry<Object> entry) {
            return entry.key() + "=" + NaturalText.of(entry.value()) + " of " + number(entry.versionstamp());
        }

        String outcome(AtomicOperation operation) {
            try {
                CommitResult result = operation.commit().block(PATIENCE);
                if (result instanceof CommitResult.Committed committed) {
                    commits.put(committed.versionstamp(), commits.size());
                    return "committed";
                }
                return result.toString();
            } catch (KvMutationException e) {
                return "does not fit";
            }
        }
    }

    @Test
    void denosEngineAndOursGiveTheSameToTheSameOperations() throws Exception {
        try (ReferenceServer server = ReferenceServer.start()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                List<Subject> subjects = List.of(
                        new Subject(server.freshUrl(), server.authorized(KvOptions.defaults())),
                        new Subject("memory:", KvOptions.defaults()),
                        new Subject("sqlite:" + folder.resolve(seed + ".sqlite"), KvOptions.defaults()));
                compare(seed, subjects);
                subjects.forEach(subject -> subject.kv.close().block(PATIENCE));
            }
        }
        assertThat(seen.keySet()).contains("committed", "does not fit", "Conflict", "get", "getMany", "list", "count");
        Summary.print(
                "differential",
                SEEDS * OPERATIONS
                        + " operations by chance (" + SEEDS
                        + " seeds) on Deno's engine over KV Connect, in memory and on SQLite: 0 differences; "
                        + seen);
    }

    private void compare(int seed, List<Subject> subjects) {
        Random random = new Random(seed);
        for (int i = 0; i < OPERATIONS; i++) {
            long step = random.nextLong();
            List<String> outcomes = new ArrayList<>();
            for (Subject subject : subjects) {
                outcomes.add(operation(new Random(step)).apply(subject));
            }
            assertThat(outcomes)
                    .as("seed %d, operation %d: Deno's engine, memory, SQLite", seed, i)
                    .containsOnly(outcomes.get(0));
            seen.merge(kindOf(outcomes.get(0)), 1, Integer::sum);
        }
        List<List<String>> contents = subjects.stream().map(this::dump).toList();
        assertThat(contents).as("seed %d: what is left", seed).containsOnly(contents.get(0));
    }

    private List<String> dump(Subject subject) {
        return subject.kv
                .list(KvSelector.prefix())
                .map(subject::text)
                .collectList()
                .block(PATIENCE);
    }

    /** One operation; all that is chosen by chance is chosen before it meets a database, but for versions, which are its own. */
    private Function<Subject, String> operation(Random random) {
        int kind = random.nextInt(10);
        if (kind < 6) {
            return subject -> write(subject, random);
        }
        if (kind == 6) {
            KvKey key = key(random);
            return subject -> "get "
                    + subject.kv
                            .get(key)
                            .map(subject::text)
                            .defaultIfEmpty("absent")
                            .block(PATIENCE);
        }
        if (kind == 7) {
            List<KvKey> keys = random.ints(random.nextInt(15), 0, Integer.MAX_VALUE)
                    .mapToObj(n -> key(new Random(n)))
                    .toList();
            return subject -> "getMany "
                    + subject.kv.getMany(keys).block(PATIENCE).stream()
                            .map(subject::text)
                            .toList();
        }
        KvSelector selector = selector(random);
        if (kind == 8) {
            return subject -> "count " + subject.kv.count(selector).block(PATIENCE);
        }
        return subject -> "list "
                + subject.kv.list(selector).map(subject::text).collectList().block(PATIENCE);
    }

    /** The first words of an outcome: what was done, or what became of it. */
    private static String kindOf(String outcome) {
        return outcome.startsWith("does not fit") ? outcome : outcome.split("[ \\[]", 2)[0];
    }

    /** A commit: up to three checks, and several mutations; or one that may not fit, by itself, as the engine would keep what comes before it. */
    private String write(Subject subject, Random random) {
        AtomicOperation operation = subject.kv.atomic();
        for (int i = random.nextInt(4); i > 0; i--) {
            operation = check(subject, operation, random);
        }
        if (random.nextInt(3) == 0) {
            return subject.outcome(arithmetic(operation, random));
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            KvKey key = key(random);
            operation = random.nextInt(4) == 0 ? operation.delete(key) : operation.set(key, value(random));
        }
        return subject.outcome(operation);
    }

    /** Mostly of the version that is there, else that it is absent, which may be so. */
    private static AtomicOperation check(Subject subject, AtomicOperation operation, Random random) {
        KvKey key = key(random);
        boolean isOfWhatIsThere = random.nextInt(4) > 0;
        KvEntry<Object> there = subject.kv.get(key).block(PATIENCE);
        return there != null && isOfWhatIsThere ? operation.check(there) : operation.checkAbsent(key);
    }

    private static AtomicOperation arithmetic(AtomicOperation operation, Random random) {
        KvKey key = key(random);
        long operand = random.nextInt(2_000) - 1_000;
        return switch (random.nextInt(7)) {
            case 0 -> operation.sum(key, Math.abs(operand));
            case 1 -> operation.min(key, Math.abs(operand));
            case 2 -> operation.max(key, Math.abs(operand));
            case 3 -> operation.sumNumber(key, operand / 4.0);
            case 4 -> operation.sumBigInt(key, BigInteger.valueOf(operand).pow(1 + random.nextInt(5)));
            case 5 -> operation.sumNumber(key, operand, SumLimits.min(-500).andMax(500));
            default ->
                operation.sumNumber(
                        key, operand, SumLimits.min(-500).andMax(500).clamp());
        };
    }

    private static KvKey key(Random random) {
        List<Object> parts = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            parts.add(part(random));
        }
        return KvKey.of(parts.toArray());
    }

    private static Object part(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new byte[] {(byte) random.nextInt(3)};
            case 1 -> "" + (char) ('a' + random.nextInt(2));
            case 2 -> BigInteger.valueOf(random.nextInt(3) - 1);
            case 3 -> random.nextInt(3) - 1;
            case 4 -> random.nextBoolean();
            default -> "a";
        };
    }

    private static Object value(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> null;
            case 1 -> random.nextInt();
            case 2 -> random.nextDouble();
            case 3 -> "text " + random.nextInt();
            case 4 -> BigInteger.valueOf(random.nextLong());
            case 5 -> new byte[random.nextInt(2_000)];
            case 6 -> KvU64.of(random.nextInt(1_000));
            case 7 -> Map.of("list", Arrays.asList(1, "two", null, true));
            default -> KvU64.of(random.nextInt(1_000));
        };
    }

    private static KvSelector selector(Random random) {
        KvSelector selector;
        if (random.nextBoolean()) {
            selector = KvSelector.prefix(part(random));
        } else {
            KvKey one = key(random);
            KvKey other = key(random);
            selector = one.compareTo(other) <= 0 ? KvSelector.range(one, other) : KvSelector.range(other, one);
        }
        if (random.nextBoolean()) {
            selector = selector.reverse();
        }
        if (random.nextBoolean()) {
            selector = selector.limit(1 + random.nextInt(10));
        }
        return selector.batchSize(1 + random.nextInt(7));
    }
}
