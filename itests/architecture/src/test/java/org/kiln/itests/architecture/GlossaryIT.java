package org.kiln.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of words names classes that are there, and those who begin are told of it. */
class GlossaryIT {
  private static final Path TOP = Path.of("../.."); // from this module
  private static final List<String> FLOORS =
      List.of(
          "plugins-api",
          "groundwork",
          "spine",
          "extensions",
          "network",
          "faces",
          "operations",
          "distribution");
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| [^|`]+ \\| `((?:[a-z0-9]+\\.)*[A-Z][A-Za-z0-9]*)` \\| [^|]+ \\| [^|]*\\|$");

  private static String glossary() throws IOException {
    return Files.readString(TOP.resolve("GLOSSARY.md"));
  }

  @Test
  void shouldNameEachClassSoThatItIsFound() throws IOException {
    List<String> named =
        ROW.matcher(glossary()).results().map((MatchResult row) -> row.group(1)).toList();
    List<String> classes = FLOORS.stream().flatMap(GlossaryIT::classes).toList();
    assertThat(classes).hasSizeGreaterThan(500);
    assertThat(named).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    for (String name : named) {
      assertThat(classes).as(name).filteredOn(one -> one.endsWith("." + name)).hasSize(1);
    }
  }

  @Test
  void shouldHaveNoRowThatThisTestPassesOver() throws IOException {
    long rows =
        glossary()
            .lines()
            .filter(line -> line.startsWith("| "))
            .filter(line -> !line.startsWith("| word") && !line.startsWith("| ---"))
            .count();
    assertThat(ROW.matcher(glossary()).results().count()).isEqualTo(rows);
  }

  @Test
  void shouldBeLinkedWhereOneBegins() throws IOException {
    for (String page : List.of("README.md", "CONTRIBUTING.md")) {
      assertThat(Files.readString(TOP.resolve(page))).as(page).contains("(GLOSSARY.md)");
    }
  }

  private static Stream<String> classes(String floor) {
    try (Stream<Path> files = Files.find(TOP.resolve(floor), 16, (file, is) -> isSource(file))) {
      return files
          .map(file -> file.toString().replace(".java", "").replace('/', '.'))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSource(Path file) {
    String path = file.toString();
    return path.endsWith(".java") && path.contains("/src/main/java/org/kiln/");
  }
}
