// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a module's jar tells GraalVM's native image of reflection and resources, held against the module's classes: it names whatever its classes
 * reach without naming it in code, and nothing that is not there.
 */
public final class NativeImageMetadata {

    private static final Path CLASSES = Path.of("target", "classes");

    private final Map<String, JsonNode> reflection = new TreeMap<>();
    private final List<PathMatcher> resources = new ArrayList<>();
    private final JavaClasses classes = new ClassFileImporter().importPath(CLASSES);

    private NativeImageMetadata(Path file) {
        JsonNode metadata = JsonMapper.shared().readTree(file.toFile());
        metadata.path("reflection")
                .forEach(entry -> reflection.put(entry.path("type").asString(), entry));
        metadata.path("resources")
                .forEach(entry -> resources.add(FileSystems.getDefault()
                        .getPathMatcher("glob:" + entry.path("glob").asString())));
    }

    /** The metadata of the module whose tests run, which its jar has in a folder of the artifact's name. */
    public static NativeImageMetadata ofArtifact(String artifact) {
        Path file = CLASSES.resolve("META-INF/native-image/io.github.kv-reactive")
                .resolve(artifact)
                .resolve("reachability-metadata.json");
        if (!Files.isRegularFile(file)) {
            throw new AssertionError("there is no " + file);
        }
        return new NativeImageMetadata(file);
    }

    /** Holds the one against the other. {@code reflecting} names classes whose reflection is for what the user hands them. */
    public void fitsTheClasses(String... reflecting) {
        List<String> wrong = new ArrayList<>();
        Set<String> needed = new TreeSet<>();
        services(needed, wrong);
        updaters(needed, wrong);
        messages(needed);
        needed.stream().filter(type -> !reflection.containsKey(type)).forEach(type -> wrong.add("lacks " + type));
        reflection.values().forEach(entry -> checkExists(entry, wrong));
        files().filter(file -> !file.startsWith("META-INF/native-image") && !file.endsWith(".class"))
                .filter(file -> resources.stream().noneMatch(glob -> glob.matches(Path.of(file))))
                .filter(file -> !file.startsWith("META-INF/spring"))
                .filter(file -> !file.equals("META-INF/spring-configuration-metadata.json"))
                .forEach(file -> wrong.add("lacks the resource " + file));
        reflectiveCalls(Set.of(reflecting)).forEach(call -> wrong.add("does not know of " + call));
        if (!wrong.isEmpty()) {
            throw new AssertionError("the metadata for native images " + String.join("; ", wrong));
        }
    }

    private static Stream<String> files() {
        try (Stream<Path> all = Files.walk(CLASSES)) {
            return all
                    .filter(Files::isRegularFile)
                    .map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A service is made by its constructor. */
    private void services(Set<String> needed, List<String> wrong) {
        files().filter(file -> file.startsWith("META-INF/services/")).forEach(file -> {
            for (String provider : read(file).lines().toList()) {
                if (!provider.isBlank() && !provider.startsWith("#")) {
                    needed.add(provider.strip());
                    if (!names(provider.strip(), "methods").contains("<init>")) {
                        wrong.add("lacks the constructor of " + provider.strip());
                    }
                }
            }
        });
    }

    private static String read(String file) {
        try {
            return Files.readString(CLASSES.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An atomic updater finds its field by name. */
    private void updaters(Set<String> needed, List<String> wrong) {
        Map<String, Long> calls = classes.stream()
                .flatMap(c -> c.getMethodCallsFromSelf().stream())
                .filter(call -> call.getName().equals("newUpdater")
                        && call.getTargetOwner().getPackageName().equals("java.util.concurrent.atomic"))
                .collect(Collectors.groupingBy(
                        call -> call.getOriginOwner().getFullName(), TreeMap::new, Collectors.counting()));
        calls.forEach((owner, count) -> {
            needed.add(owner);
            if (names(owner, "fields").size() != count) {
                wrong.add("names " + names(owner, "fields") + " of " + owner + ", which has " + count + " updaters");
            }
        });
    }

    private Set<String> names(String type, String member) {
        JsonNode entry = reflection.get(type);
        return entry == null
                ? Set.of()
                : entry.path(member)
                        .valueStream()
                        .map(m -> m.path("name").asString())
                        .collect(Collectors.toSet());
    }

    /** Generated messages print and compare themselves by their accessors. */
    private void messages(Set<String> needed) {
        classes.stream()
                .filter(c -> c.getRawSuperclass()
                        .map(JavaClass::getFullName)
                        .filter(name -> name.equals("com.google.protobuf.GeneratedMessage")
                                || name.equals("com.google.protobuf.GeneratedMessage$Builder"))
                        .isPresent())
                .forEach(c -> needed.add(c.getFullName()));
    }

    private static void checkExists(JsonNode entry, List<String> wrong) {
        String name = entry.path("type").asString();
        try {
            Class<?> type = Class.forName(name, false, NativeImageMetadata.class.getClassLoader());
            for (JsonNode field : entry.path("fields")) {
                String wanted = field.path("name").asString();
                if (Arrays.stream(type.getDeclaredFields())
                        .noneMatch(f -> f.getName().equals(wanted))) {
                    wrong.add("names " + name + "." + wanted + ", which is not there");
                }
            }
            for (JsonNode method : entry.path("methods")) {
                String wanted = method.path("name").asString();
                boolean isThere = wanted.equals("<init>")
                        ? type.getDeclaredConstructors().length > 0
                        : Arrays.stream(type.getDeclaredMethods())
                                .anyMatch(m -> m.getName().equals(wanted));
                if (!isThere) {
                    wrong.add("names " + name + "." + wanted + ", which is not there");
                }
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            wrong.add("names " + name + ", of which something is not there: " + e.getMessage());
        }
    }

    private List<String> reflectiveCalls(Set<String> allowed) {
        return classes.stream()
                .filter(c -> !allowed.contains(c.getSimpleName()))
                .flatMap(c -> c.getMethodCallsFromSelf().stream())
                .filter(NativeImageMetadata::isReflective)
                .map(call -> call.getOrigin().getFullName() + " calling "
                        + call.getTarget().getFullName())
                .distinct()
                .toList();
    }

    private static boolean isReflective(JavaMethodCall call) {
        String owner = call.getTargetOwner().getFullName();
        String name = call.getName();
        return switch (owner) {
            case "java.lang.Class" ->
                name.equals("forName") || name.startsWith("getDeclared") || name.equals("getMethods");
            case "java.lang.reflect.Proxy", "java.lang.reflect.Array" -> name.startsWith("new");
            case "java.lang.reflect.Method" -> name.equals("invoke");
            case "java.lang.reflect.Constructor" -> name.equals("newInstance");
            case "java.lang.System" -> name.startsWith("load");
            default -> false;
        };
    }
}
