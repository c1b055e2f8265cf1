// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What {@code docs/remote.md} tells is what there is. */
class RemotePageTest {

    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| ([^|]+) \\| [^|]+ \\|\n");

    private static String page() throws IOException {
        return Files.readString(Vectors.path("").getParent().resolve("docs/remote.md"));
    }

    /** Options and their defaults, from the table below a line. */
    private static Map<String, String> table(String title) throws IOException {
        String below = page().substring(page().indexOf(title));
        String table = below.substring(below.indexOf('|'), below.indexOf("\n\n", below.indexOf('|')) + 1);
        Map<String, String> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(table);
        while (row.find()) {
            rows.put(row.group(1), row.group(2));
        }
        return rows;
    }

    private static List<String> optionsOf(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == builder)
                .map(Method::getName)
                .toList();
    }

    private static String text(@Nullable Duration time) {
        if (time == null) {
            return "none";
        }
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    @Test
    void theTablesHaveEveryOptionOnce() throws IOException {
        assertThat(table("Of `RemoteOptions.builder()`:").keySet())
                .hasSizeGreaterThan(5)
                .containsExactlyInAnyOrderElementsOf(optionsOf(RemoteOptions.Builder.class));
        assertThat(table("Of `HttpOptions.builder()`:").keySet())
                .hasSizeGreaterThan(5)
                .containsExactlyInAnyOrderElementsOf(optionsOf(HttpOptions.Builder.class));
    }

    @Test
    void theTableOfRemoteOptionsTellsTheirDefaults() throws IOException {
        RemoteOptions defaults = RemoteOptions.defaults();
        assertThat(table("Of `RemoteOptions.builder()`:"))
                .containsEntry("accessToken", defaults.accessToken() == null ? "none" : "one")
                .containsEntry("deadline", text(defaults.deadline()))
                .containsEntry("withoutDeadline", defaults.deadline() == null ? "yes" : "no")
                .containsEntry("backoff", text(defaults.firstBackoff()) + " to " + text(defaults.longestBackoff()))
                .containsEntry("jitter", "" + defaults.jitter())
                .containsEntry("maxAttempts", defaults.maxAttempts() == Long.MAX_VALUE ? "no limit" : "limited")
                .containsEntry("writeRetry", defaults.writeRetry().name())
                .containsEntry("watchSilence", text(defaults.watchSilence()))
                .containsEntry("redirectHosts", defaults.redirectHosts() == null ? "any" : "some")
                .containsEntry("limits", defaults.limits() == DatabaseLimits.DENO ? "those of Deno" : "others");
        assertThat(defaults.http()).isSameAs(HttpOptions.defaults());
    }

    @Test
    void theTableOfHttpOptionsTellsTheirDefaults() throws IOException {
        HttpOptions defaults = HttpOptions.defaults();
        assertThat(table("Of `HttpOptions.builder()`:"))
                .containsEntry("connectTimeout", text(defaults.connectTimeout()))
                .containsEntry("responseTimeout", text(defaults.responseTimeout()))
                .containsEntry("version", defaults.version().name())
                .containsEntry("compression", defaults.compression().name())
                .containsEntry("connections", "" + defaults.connections())
                .containsEntry("idleTime", text(defaults.idleTime()))
                .containsEntry("sslContext", defaults.sslContext() == null ? "that of Java" : "another")
                .containsEntry("proxy", defaults.proxy() == null ? "none" : "one");
    }

    /** An option that the copy of a builder forgets would be lost without a word. */
    @Test
    void whatWasBuiltIsKeptByMutate() {
        HttpOptions http = HttpOptions.builder()
                .connectTimeout(Duration.ofMillis(1))
                .responseTimeout(Duration.ofMillis(2))
                .version(HttpOptions.Version.HTTP_2)
                .compression(HttpOptions.Compression.GZIP)
                .connections(3)
                .idleTime(Duration.ofMillis(4))
                .proxy("socks5://proxy:1080")
                .client(client -> client)
                .build();
        assertThat(http.mutate().build()).usingRecursiveComparison().isEqualTo(http);
        RemoteOptions own = RemoteOptions.builder()
                .deadline(Duration.ofMillis(5))
                .backoff(Duration.ofMillis(6), Duration.ofMillis(7))
                .jitter(0.25)
                .maxAttempts(8)
                .writeRetry(WriteRetry.ALWAYS)
                .watchSilence(Duration.ofMillis(9))
                .redirectHosts("a", "b")
                .limits(DatabaseLimits.builder().checksPerWrite(10).build())
                .http(http)
                .build();
        assertThat(own.mutate().build()).usingRecursiveComparison().isEqualTo(own);
        assertThat(own.mutate().withoutDeadline().build().deadline()).isNull();
    }

    private static Flux<DatabaseMetadata> example(String databaseId, String accessToken) {
        // begin example
        Kv kv = Kv.create(
                "https://api.deno.com/databases/" + databaseId + "/connect",
                KvOptions.builder()
                        .accessToken(accessToken) // or the environment variable DENO_KV_ACCESS_TOKEN
                        .with(RemoteOptions.builder()
                                .deadline(Duration.ofSeconds(10))
                                .http(HttpOptions.builder().connections(16).build())
                                .build())
                        .build());
        Flux<DatabaseMetadata> metadata = kv.unwrap(RemoteDatabase.class).metadata();
        // end example
        return metadata;
    }

    @Test
    void theExampleOfThePageIsTheOneThatIsCompiledHere() throws IOException {
        // Nothing is sent before somebody subscribes.
        assertThat(example("id", "token")).isNotNull();
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page());
        assertThat(block.find()).isTrue();
        String source = Files.readString(Path.of("src/test/java/io/kvreactive/remote/RemotePageTest.java"));
        assertThat(source.replaceAll("\\s+", "")).contains(block.group(1).replaceAll("\\s+", ""));
    }
}
