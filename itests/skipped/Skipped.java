import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Says at the end of a build which tests of the assembled node were skipped for want of something
 * that is not installed: one line for each thing that was missing. The tests have noted it in
 * {@code target/failsafe-reports/missing-*.txt} (see the harness's SkippedTests).
 *
 * <p>Run as {@code java Skipped.java ITESTS SINCE}: the folder of all itests, and when the build
 * began, so that notes of an earlier one do not count.
 */
public final class Skipped {
  public static void main(String[] args) throws IOException {
    Instant since = Instant.parse(args[1]);
    Map<String, TreeSet<String>> classes = new TreeMap<>();
    for (Path note : notes(Path.of(args[0]).normalize())) {
      if (Files.getLastModifiedTime(note).toInstant().isBefore(since)) {
        continue;
      }
      for (String line : Files.readAllLines(note)) {
        int bar = line.indexOf(" | ");
        classes
            .computeIfAbsent(line.substring(0, bar), reason -> new TreeSet<>())
            .add(line.substring(bar + 3));
      }
    }
    classes.forEach(
        (reason, skipped) ->
            System.out.println(
                "NOT TESTED: " + reason + ", so skipped: " + String.join(", ", skipped)));
  }

  private static List<Path> notes(Path itests) throws IOException {
    try (Stream<Path> modules = Files.list(itests)) {
      return modules
          .map(module -> module.resolve("target/failsafe-reports"))
          .filter(Files::isDirectory)
          .flatMap(Skipped::notesIn)
          .toList();
    }
  }

  private static Stream<Path> notesIn(Path reports) {
    try (Stream<Path> files = Files.list(reports)) {
      return files
          .filter(file -> file.getFileName().toString().matches("missing-[0-9]+\\.txt"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
