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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The walls inside the spine: which package of a room may know which. The room's own package wires
 * the others together, and none of them knows it.
 */
class WallsIT {
  private static final List<Room> ROOMS =
      List.of(
          Room.of(
              "org.kiln.events",
              Map.of(
                  "table", Set.of(),
                  "order", Set.of("table"),
                  "guard", Set.of("table"),
                  "journal", Set.of("table"),
                  "write", Set.of("guard", "journal", "order", "table"),
                  "check", Set.of("journal", "table"),
                  "copy", Set.of("journal", "table"))),
          Room.of(
              "org.kiln.streams",
              Map.of(
                  "state", Set.of(),
                  "waiting", Set.of("state"),
                  "derive", Set.of("state"),
                  "read", Set.of("derive", "state", "waiting"),
                  "publish", Set.of("read", "state", "waiting"),
                  "intake", Set.of("derive", "publish", "read", "state", "waiting"),
                  "sync", Set.of("publish", "read", "state"))));

  /**
   * A room.
   *
   * @param name its own package
   * @param mayKnow of each other package, which ones it may know
   */
  private record Room(String name, Map<String, Set<String>> mayKnow, JavaClasses classes) {
    static Room of(String name, Map<String, Set<String>> mayKnow) {
      return new Room(name, mayKnow, shipped(name));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** One package of a room. */
  private record Part(Room room, String name) {
    @Override
    public String toString() {
      return room + "." + name;
    }
  }

  private static JavaClasses shipped(String room) {
    return ShippedBundles.ours().stream()
        .filter(jar -> ShippedBundles.symbolicName(jar).equals(room))
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

  static List<Room> rooms() {
    return ROOMS;
  }

  static List<Part> parts() {
    return ROOMS.stream()
        .flatMap(room -> room.mayKnow.keySet().stream().sorted().map(name -> new Part(room, name)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void shouldKnowOfEveryPackage(Room room) {
    Set<String> named =
        Stream.concat(
                Stream.of("", ".internal"), room.mayKnow.keySet().stream().map(name -> "." + name))
            .map(room.name::concat)
            .collect(toSet());
    assertThat(new TreeSet<>(room.classes.stream().map(JavaClass::getPackageName).toList()))
        .containsExactlyInAnyOrderElementsOf(named);
  }

  @ParameterizedTest
  @MethodSource("parts")
  void rejectsAPackageThatKnowsMoreThanItMay(Part part) {
    Room room = part.room;
    String[] known =
        Stream.concat(Stream.of(part.name), room.mayKnow.get(part.name).stream())
            .map(other -> room + "." + other)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(part.toString())
        .should()
        .dependOnClassesThat(resideInAPackage(room + "..").and(not(resideInAnyPackage(known))))
        .check(room.classes);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void rejectsCycles(Room room) {
    slices().matching(room + ".(*)..").should().beFreeOfCycles().check(room.classes);
  }
}
