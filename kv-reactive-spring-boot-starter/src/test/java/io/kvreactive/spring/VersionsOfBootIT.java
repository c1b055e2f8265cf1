// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.kv;
import static io.kvreactive.spring.Contexts.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The libraries below are those that Spring Boot manages, to the last figure, and with those a remote database is used. */
class VersionsOfBootIT {

    private static final Path MANAGED = Path.of("target", "managed-by-boot");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "protobuf-java, protobuf-java.version",
        "netty-codec-http2, netty.version",
        "netty-handler, netty.version",
        "jackson-databind, jackson-bom.version",
        "micrometer-core, micrometer.version",
        "sqlite-jdbc, sqlite-jdbc.version"
    })
    void theLibrariesAreThoseThatBootManages(String artifact, String property) throws Exception {
        Matcher managed = Pattern.compile("<" + Pattern.quote(property) + ">([^<]+)</")
                .matcher(Files.readString(MANAGED.resolve("spring-boot-dependencies.pom")));
        assertThat(managed.find()).as(property).isTrue();
        assertThat(versionsOf(artifact)).containsExactly(managed.group(1));
    }

    @ParameterizedTest
    @CsvSource({"reactor-core", "reactor-netty-http"})
    void reactorIsThatOfItsReleaseTrainThatBootManages(String artifact) throws Exception {
        Matcher train = Pattern.compile("<reactor-bom.version>([^<]+)</")
                .matcher(Files.readString(MANAGED.resolve("spring-boot-dependencies.pom")));
        String bom = Files.readString(MANAGED.resolve("reactor-bom.pom"));
        assertThat(train.find()).isTrue();
        assertThat(bom).contains("<version>" + train.group(1) + "</version>");
        assertThat(bom.replaceAll("\\s", ""))
                .contains("<artifactId>" + artifact + "</artifactId><version>"
                        + versionsOf(artifact).get(0) + "</version>");
    }

    /** By the names of jars; Jackson 2 has its names from 3, which is told by its version. */
    private static List<String> versionsOf(String artifact) {
        Pattern jar = Pattern.compile(Pattern.quote(artifact) + "-(\\d.*)\\.jar");
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> jar.matcher(new File(entry).getName()))
                .filter(Matcher::matches)
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void aRemoteDatabaseIsUsedWithThem() {
        KvKey key = KvKey.of("orders", 1);
        Contexts.runner()
                .withPropertyValues(
                        "kv-reactive.url=" + folder.resolve("kv.sqlite"),
                        "kv-reactive.server.enabled=true",
                        "kv-reactive.server.port=0",
                        "kv-reactive.server.access-token=access-token-of-the-test")
                .run(server -> Contexts.runner()
                        .withPropertyValues(
                                "kv-reactive.url="
                                        + server.getBean(ServerLifecycle.class).url(),
                                "kv-reactive.access-token=access-token-of-the-test")
                        .run(client -> {
                            assertThat(run(kv(client).set(key, "tea"))).isNotNull();
                            assertThat(run(kv(client).get(key)).value()).isEqualTo("tea");
                            assertThat(run(kv(client)
                                                    .atomic()
                                                    .sum(KvKey.of("n"), 1)
                                                    .commit())
                                            .isCommitted())
                                    .isTrue();
                            assertThat(run(kv(client)
                                            .list(KvSelector.prefix("orders"))
                                            .count()))
                                    .isEqualTo(1L);
                            assertThat(run(kv(client).watch(key).take(1)).isPresent())
                                    .isTrue();
                        }));
    }
}
