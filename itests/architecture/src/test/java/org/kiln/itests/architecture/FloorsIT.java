package org.kiln.itests.architecture;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The folders are the floors of the house, CONTRIBUTING's table names the same rooms on them, and
 * no room imports more than its floor may.
 */
class FloorsIT {
  private static final Path TOP = Path.of("../.."); // from this module

  /** What the rooms of a floor may import besides the plugin API and themselves. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.of(
          "groundwork",
              Set.of("org.kiln.core", "org.kiln.ipld", "org.kiln.schema", "org.kiln.launch"),
          "spine", Set.of("org.kiln.core", "org.kiln.ipld", "org.kiln.launch"),
          "extensions", Set.of("org.kiln.schema"),
          "network", Set.of("org.kiln.core", "org.kiln.ipld", "org.kiln.launch"),
          "faces", Set.of("org.kiln.core", "org.kiln.ipld"),
          "operations", Set.of("org.kiln.core", "org.kiln.ipld", "org.kiln.launch"));

  /** For tests of other rooms; ships with nothing. */
  private static final Set<String> NOT_SHIPPED = Set.of("fixtures");

  private record Room(String floor, String name) {
    Optional<Path> jar() {
      return ShippedBundles.ours().stream()
          .filter(jar -> jar.getFileName().toString().matches("kiln-" + name + "-[0-9].*\\.jar"))
          .findFirst();
    }

    @Override
    public String toString() {
      return floor + "/" + name;
    }
  }

  static List<Room> rooms() {
    return MAY_IMPORT.keySet().stream()
        .sorted()
        .flatMap(floor -> folders(TOP.resolve(floor)).map(name -> new Room(floor, name)))
        .toList();
  }

  private static Stream<String> folders(Path floor) {
    try (Stream<Path> folders = Files.list(floor)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldHaveEveryShippedBundleOnOneFloor() {
    Set<Path> standing = new TreeSet<>();
    rooms().forEach(room -> room.jar().ifPresent(standing::add));
    Set<String> homeless = new TreeSet<>();
    for (Path jar : ShippedBundles.ours()) {
      String name = ShippedBundles.symbolicName(jar);
      if (!standing.contains(jar) && !name.equals("org.kiln.plugins.api")) {
        homeless.add(name);
      }
    }
    assertThat(homeless).isEmpty();
    assertThat(rooms())
        .filteredOn(room -> room.jar().isEmpty())
        .extracting(Room::name)
        .containsExactlyInAnyOrderElementsOf(NOT_SHIPPED);
  }

  @Test
  void shouldReadTheSameInContributing() throws IOException {
    Map<String, Set<String>> folders = new TreeMap<>();
    rooms()
        .forEach(
            room -> folders.computeIfAbsent(room.floor(), f -> new TreeSet<>()).add(room.name()));
    Map<String, Set<String>> table = new TreeMap<>();
    Pattern row = Pattern.compile("\\| `([a-z-]+)/` \\| ([^|]+) \\|.*");
    for (String line : Files.readAllLines(TOP.resolve("CONTRIBUTING.md"))) {
      Matcher matcher = row.matcher(line);
      if (matcher.matches() && MAY_IMPORT.containsKey(matcher.group(1))) {
        Set<String> names = new TreeSet<>();
        Pattern.compile("`([^`]+)`")
            .matcher(matcher.group(2))
            .results()
            .forEach(name -> names.add(name.group(1)));
        table.put(matcher.group(1), names);
      }
    }
    assertThat(table).isEqualTo(folders);
  }

  @Test
  void shouldTellWhatEveryRoomIsIn() {
    assertThat(rooms())
        .filteredOn(
            room ->
                !Files.exists(TOP.resolve(room.floor()).resolve(room.name()).resolve("README.md")))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void rejectsARoomThatImportsMoreThanItsFloorMay(Room room) throws IOException {
    if (NOT_SHIPPED.contains(room.name())) {
      return;
    }
    try (JarFile jar = new JarFile(room.jar().orElseThrow().toFile())) {
      JavaClasses classes = new ClassFileImporter().importJar(jar);
      Set<String> own = classes.stream().map(JavaClass::getPackageName).collect(toSet());
      assertThat(
              classes.stream()
                  .flatMap(one -> one.getDirectDependenciesFromSelf().stream())
                  .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                  .filter(target -> target.getPackageName().startsWith("org.kiln."))
                  .filter(target -> !own.contains(target.getPackageName()))
                  .filter(target -> !may(room.floor(), target.getPackageName()))
                  .map(JavaClass::getName)
                  .collect(toSet()))
          .isEmpty();
    }
  }

  private static boolean may(String floor, String name) {
    return Stream.concat(Stream.of("org.kiln.api"), MAY_IMPORT.get(floor).stream())
        .anyMatch(root -> name.equals(root) || name.startsWith(root + "."));
  }
}
