package org.kiln.itests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The walls inside the spine: which package of a room may know which. The room's own package wires
 * the others together, and none of them knows it.
 */
class WallsIT {
  private static final String STREAMS = "org.kiln.streams";

  private static final Map<String, Set<String>> MAY_KNOW =
      Map.of(
          "state", Set.of(),
          "waiting", Set.of("state"),
          "derive", Set.of("state"),
          "read", Set.of("derive", "state", "waiting"),
          "publish", Set.of("read", "state", "waiting"),
          "intake", Set.of("derive", "publish", "read", "state", "waiting"),
          "sync", Set.of("publish", "read", "state"));

  private static final JavaClasses ROOM = room();

  private static JavaClasses room() {
    return ShippedBundles.ours().stream()
        .filter(jar -> ShippedBundles.symbolicName(jar).equals(STREAMS))
        .findFirst()
        .map(
            path -> {
              try (JarFile jar = new JarFile(path.toFile())) {
                return new ClassFileImporter().importJar(jar);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElseThrow();
  }

  static List<String> packages() {
    return MAY_KNOW.keySet().stream().sorted().toList();
  }

  @Test
  void shouldKnowOfEveryPackage() {
    Set<String> named =
        Stream.concat(
                Stream.of("", ".internal"), MAY_KNOW.keySet().stream().map(name -> "." + name))
            .map(STREAMS::concat)
            .collect(toSet());
    assertThat(new TreeSet<>(ROOM.stream().map(JavaClass::getPackageName).toList()))
        .containsExactlyInAnyOrderElementsOf(named);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void rejectsAPackageThatKnowsMoreThanItMay(String name) {
    String[] known =
        Stream.concat(Stream.of(name), MAY_KNOW.get(name).stream())
            .map(other -> STREAMS + "." + other)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(STREAMS + "." + name)
        .should()
        .dependOnClassesThat(resideInAPackage(STREAMS + "..").and(not(resideInAnyPackage(known))))
        .check(ROOM);
  }

  @Test
  void rejectsCycles() {
    slices().matching(STREAMS + ".(*)..").should().beFreeOfCycles().check(ROOM);
  }
}
