// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.Versionstamp;
import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** {@code docs/errors.md} tells every error there is. */
class ErrorsPageTest {

    private static final Pattern ROW = Pattern.compile("\\| `(Kv\\w+)` \\| [^|]+ \\| (yes|no) \\| [^|]+ \\|\n");

    @RegisterExtension
    static final KvExtension EXTENSION = KvExtension.inMemory();

    private static String page() throws IOException {
        return Files.readString(Vectors.path("").getParent().resolve("docs/errors.md"));
    }

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(page()).results().toList();
    }

    private static Mono<Versionstamp> recipe(Kv kv, KvKey key, Object order) {
        return kv.set(key, order)
                .retryWhen(Retry.backoff(3, Duration.ofMillis(50))
                        .filter(e -> e instanceof KvException known && known.retryable()))
                .onErrorResume(KvOutcomeUnknownException.class, e -> findOut(key));
    }

    private static Mono<Versionstamp> findOut(KvKey key) {
        return EXTENSION.kv().get(key).map(KvEntry::versionstamp);
    }

    @Test
    void theRecipeOfThePageIsTheOneThatIsCompiledHere() throws IOException {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page());
        assertThat(block.find()).isTrue();
        String source = Files.readString(Path.of("src/test/java/io/kvreactive/test/ErrorsPageTest.java"));
        assertThat(source.replaceAll("\\s+", "")).contains(block.group(1).replaceAll("\\s+", ""));
    }

    @Test
    void theRecipeOfThePageTriesAgainWhatMayBeTriedAgainAndLooksWhatIsUnknown(Kv kv, Faults faults) {
        KvKey key = KvKey.of("orders", 42);
        faults.writes().times(2).fail(new KvUnavailableException("locked", null));
        faults.writes().once().loseAnswer();
        Versionstamp version = recipe(kv, key, "tea").block();
        assertThat(kv.get(key).block().versionstamp()).isEqualTo(version);
        faults.writes().once().fail(new KvDatabaseException("damaged", null));
        StepVerifier.create(recipe(kv, key, "tea")).verifyError(KvDatabaseException.class);
    }

    @Test
    void theTableHasARowForEveryCaseInTheOrderOfTheirNames() throws IOException {
        assertThat(rows())
                .extracting(row -> row.group(1))
                .containsExactlyElementsOf(Arrays.stream(KvException.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .sorted()
                        .toList());
    }

    @Test
    void theTableTellsWhichMayBeTriedAgain() throws IOException {
        // The root answers false; a case that answers true says so itself.
        List<String> retryable = Arrays.stream(KvException.class.getPermittedSubclasses())
                .filter(type -> Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> method.getName().equals("retryable")))
                .map(Class::getSimpleName)
                .sorted()
                .toList();
        assertThat(retryable).isNotEmpty();
        assertThat(rows().stream().filter(row -> row.group(2).equals("yes")).map(row -> row.group(1)))
                .containsExactlyElementsOf(retryable);
    }
}
