// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules of the house, as ArchUnit checks over the main classes of one module. A module's {@code ArchitectureTest} calls those that bind it;
 * {@link #dependOnlyOn} is its list of arrows.
 */
public final class HouseRules {

    private final String root;
    private final JavaClasses classes;

    private HouseRules(String root, JavaClasses classes) {
        this.root = root;
        this.classes = classes;
        // An empty import would make every rule pass.
        if (classes.isEmpty()) {
            throw new AssertionError("no classes found under " + root);
        }
    }

    /** The rules over the main classes below a module's root package. */
    public static HouseRules of(String rootPackage) {
        return new HouseRules(
                rootPackage,
                new ClassFileImporter()
                        // Surefire runs in the module's folder; other modules are on the class path, not here.
                        .importPath(Path.of("target", "classes")));
    }

    /** The same rules over all classes but those that a generator wrote, named by their outermost class. */
    public HouseRules leavingOut(String generatedSimpleName) {
        DescribedPredicate<JavaClass> ours = DescribedPredicate.describe(
                "not generated", c -> !outermost(c).getSimpleName().equals(generatedSimpleName));
        JavaClasses left = classes.that(ours);
        if (left.size() == classes.size()) {
            throw new AssertionError("no class " + generatedSimpleName + " under " + root);
        }
        return new HouseRules(root, left);
    }

    /** Only the named classes use a class or what is nested in it; it is in nobody's public signature, then. */
    public HouseRules isUsedOnlyBy(String simpleName, String... users) {
        Set<String> allowed = Set.of(users);
        return check(noClasses()
                .that(DescribedPredicate.describe(
                        "others than " + allowed,
                        c -> !allowed.contains(outermost(c).getSimpleName())
                                && !outermost(c).getSimpleName().equals(simpleName)))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are " + simpleName, c -> outermost(c).getSimpleName().equals(simpleName))));
    }

    /** The arrows: classes of the module depend on the module itself and on these packages ({@code ..} for all below) only. */
    public HouseRules dependOnlyOn(String... packages) {
        String[] allowed = Stream.of(
                        classes.stream().map(JavaClass::getPackageName),
                        Stream.of("java..", "org.jspecify.annotations.."),
                        Arrays.stream(packages))
                .flatMap(p -> p)
                .distinct()
                .toArray(String[]::new);
        return check(classes().should().onlyDependOnClassesThat().resideInAnyPackage(allowed));
    }

    /** Nobody in the module uses a class of another one, or what is nested in it. */
    public HouseRules neverUses(String className) {
        return check(noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are " + className, c -> outermost(c).getFullName().equals(className))));
    }

    /** Only the named classes of the module, and what is nested in them, use a package ({@code ..} for all below). */
    public HouseRules onlyUsedBy(String packageName, String... users) {
        Set<String> allowed = Set.of(users);
        return check(noClasses()
                .that(DescribedPredicate.describe(
                        "others than " + allowed,
                        c -> !allowed.contains(outermost(c).getSimpleName())))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packageName));
    }

    /** An arrow inside the module that must not be: {@code from} never depends on {@code to}. */
    public HouseRules noArrow(String from, String to) {
        return check(noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(to));
    }

    /** Public and protected members of public types mention only these packages, the module itself, and {@code java}. */
    public HouseRules speakOnly(String... packages) {
        List<String> allowed =
                Stream.concat(Stream.of(root, "java."), Arrays.stream(packages)).toList();
        for (JavaClass type : classes) {
            if (!type.getModifiers().contains(JavaModifier.PUBLIC)) {
                continue;
            }
            for (JavaMethod method : type.getMethods()) {
                if (method.getModifiers().contains(JavaModifier.PUBLIC)
                        || method.getModifiers().contains(JavaModifier.PROTECTED)) {
                    Stream.concat(
                                    method.getAllInvolvedRawTypes().stream(),
                                    method.getReturnType().getAllInvolvedRawTypes().stream())
                            .map(JavaClass::getBaseComponentType)
                            .filter(t -> !t.isPrimitive() && allowed.stream().noneMatch(t.getFullName()::startsWith))
                            .findFirst()
                            .ifPresent(t -> {
                                throw new AssertionError(method.getFullName() + " mentions " + t.getFullName());
                            });
                }
            }
        }
        return this;
    }

    /** At most so many public top-level types in a package: a public API fits a page. */
    public HouseRules atMostPublicTypes(String packageName, int most) {
        List<String> found = classes.stream()
                .filter(c -> c.getPackageName().equals(packageName)
                        && c.getModifiers().contains(JavaModifier.PUBLIC)
                        && c.isTopLevelClass()
                        && !c.getSimpleName().equals("package-info"))
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();
        if (found.isEmpty() || found.size() > most) {
            throw new AssertionError(
                    found.size() + " public types in " + packageName + ", at most " + most + " are wanted: " + found);
        }
        return this;
    }

    /** Implementations are hidden and named for what they are. */
    public HouseRules hideImplementations() {
        return check(noClasses().that().arePublic().should().haveNameMatching(".*\\.(Default[A-Z][^.]*|[^.]*Impl)"))
                .check(noClasses().should().haveNameMatching(".*(Utils?|Helpers?)"));
    }

    /** Accessors are named after the thing: no {@code getX}, but for verbs of the API. Not for modules that implement a foreign SPI with getters. */
    public HouseRules noGetters(String... verbs) {
        Set<String> allowed = Set.of(verbs);
        return check(methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and(DescribedPredicate.describe("are no verbs", m -> !allowed.contains(m.getName())))
                .should()
                .haveNameNotMatching("get[A-Z].*")
                .allowEmptyShould(true));
    }

    /**
     * Nothing blocks and nothing asks the machine for the time or for chance, but for the named classes (a driver's own worker thread, say).
     */
    public HouseRules neverBlock(String... exceptSimpleNames) {
        Set<String> except = Set.of(exceptSimpleNames);
        DescribedPredicate<JavaClass> bound = DescribedPredicate.describe(
                "classes but " + except, c -> !except.contains(outermost(c).getSimpleName()));
        DescribedPredicate<JavaAccess<?>> blocking =
                DescribedPredicate.describe("blocking or ambient calls", HouseRules::isBlocking);
        for (JavaMethod method :
                (Iterable<JavaMethod>) classes.stream().filter(bound).flatMap(c -> c.getMethods().stream())::iterator) {
            if (method.getModifiers().contains(JavaModifier.SYNCHRONIZED)) {
                throw new AssertionError(method.getFullName() + " is synchronized");
            }
        }
        return check(noClasses().that(bound).should().accessTargetWhere(blocking));
    }

    /** Every package says what it is and is {@code @NullMarked}. */
    public HouseRules packagesAreNullMarked() {
        classes.stream().map(JavaClass::getPackage).distinct().forEach(HouseRules::assertNullMarked);
        return this;
    }

    private static void assertNullMarked(JavaPackage p) {
        if (!p.isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
            throw new AssertionError(p.getName() + " has no package-info with @NullMarked");
        }
    }

    private static boolean isBlocking(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getFullName();
        String name = access.getName();
        return switch (owner) {
            case "reactor.core.publisher.Mono", "reactor.core.publisher.Flux" ->
                name.startsWith("block") || name.equals("toIterable") || name.equals("toStream");
            case "java.lang.Thread" -> name.equals("sleep") || name.equals("join");
            case "java.util.concurrent.locks.LockSupport" -> name.startsWith("park");
            case "java.lang.System" -> name.equals("currentTimeMillis");
            case "java.time.Instant" -> name.equals("now");
            case "java.lang.Math" -> name.equals("random");
            case "java.lang.Object" -> name.equals("wait");
            default -> owner.startsWith("java.util.concurrent.locks.Reentrant");
        };
    }

    private static JavaClass outermost(JavaClass c) {
        return c.getEnclosingClass().map(HouseRules::outermost).orElse(c);
    }

    private HouseRules check(ArchRule rule) {
        rule.check(classes);
        return this;
    }
}
