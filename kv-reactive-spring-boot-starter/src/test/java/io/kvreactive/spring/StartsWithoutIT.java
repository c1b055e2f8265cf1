// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application starts, and its database serves, on a class path that really lacks what it has left out. */
class StartsWithoutIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the SQLite module | kv-reactive-sqlite, r2dbc-sqlite, r2dbc-spi, sqlite-jdbc | memory",
                "the remote module | kv-reactive-remote, kv-reactive-server, .*proto, protobuf-java | file",
                "the server module | kv-reactive-server                                       | file",
                "Micrometer        | kv-reactive-micrometer, micrometer-.*, spring-boot-micrometer-.*, .*actuator.* | file",
                "Actuator          | spring-boot-actuator.*, spring-boot-health               | file"
            })
    void anApplicationStartsWithout(String what, String jars, String database) throws Exception {
        List<Pattern> left = Arrays.stream(jars.split(","))
                .map(String::strip)
                .map(Pattern::compile)
                .toList();
        String url = database.equals("memory")
                ? "memory:"
                : folder.resolve("kv.sqlite").toString();
        assertThat(runIn(classPathWithout(left), url)).isEqualTo("tea");
    }

    @Test
    void theClassPathLacksWhatItIsMeantToLack() throws Exception {
        URL[] all = classPathWithout(List.of());
        URL[] less = classPathWithout(List.of(Pattern.compile("kv-reactive-sqlite")));
        assertThat(all.length - less.length).isEqualTo(1);
    }

    /** The class path of this test, jars and folders of classes, but for what is left out; names are those of artifacts. */
    private static URL[] classPathWithout(List<Pattern> left) {
        Predicate<Path> isLeft = path -> left.stream()
                .anyMatch(pattern -> pattern.matcher(artifactOf(path)).matches());
        Stream<Path> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
        List<Path> kept = entries.filter(isLeft.negate()).toList();
        return kept.stream().map(StartsWithoutIT::url).toArray(URL[]::new);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** {@code spring-web-7.0.9.jar} is spring-web; {@code spring-web/target/classes} as well. */
    private static String artifactOf(Path path) {
        String name = path.getFileName().toString();
        return name.equals("classes") || name.equals("test-classes")
                ? path.getParent().getParent().getFileName().toString()
                : name.replaceFirst("-\\d.*\\.jar$", "");
    }

    private static String runIn(URL[] classPath, String url) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            return run(loader, url);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @SuppressWarnings("unchecked")
    private static String run(ClassLoader loader, String url)
            throws ReflectiveOperationException, IOException, Exception {
        return ((Callable<String>) Class.forName(SmallApplication.class.getName(), true, loader)
                        .getConstructor(String.class)
                        .newInstance(url))
                .call();
    }
}
