package org.kiln.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Runs tests written for node's own test runner and reads what became of each. */
public final class NodeTests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MINUTES = 15;

  private final Path folder;
  private final String reporter;

  /** What became of one test: {@code passed}, {@code failed} or {@code skipped}. */
  public record Result(List<String> path, String outcome, String reason, String message) {
    /** The path as one text. */
    public String name() {
      return String.join(": ", path);
    }
  }

  private NodeTests(Path folder, String reporter) {
    this.folder = folder;
    this.reporter = reporter;
  }

  /**
   * Those of the module this runs in. Skips the calling test without Node.js, and installs the
   * packages they need when they are not there.
   *
   * @param reporter the reporter's file, from the module's folder
   */
  public static NodeTests here(String reporter) throws IOException, InterruptedException {
    Path folder = Path.of("").toAbsolutePath();
    Npm.require(folder);
    return new NodeTests(folder, reporter);
  }

  /** The files of {@code tests/} whose names end so, in the order of their names. */
  public List<String> files(String ending) throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve("tests"))) {
      return found
          .map(file -> "tests/" + file.getFileName())
          .filter(file -> file.endsWith(ending))
          .sorted()
          .toList();
    }
  }

  /** Runs these files to their end; never empty. */
  public List<Result> run(List<String> files, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path report = Files.createTempFile("kiln-node-tests", ".ndjson");
    Path console = Files.createTempFile("kiln-node-tests", ".out");
    try {
      List<String> line =
          new ArrayList<>(
              List.of(
                  "node",
                  "--test",
                  "--test-reporter=" + reporter,
                  "--test-reporter-destination=" + report));
      line.addAll(files);
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(console.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new IllegalStateException(
            files + " did not end within " + TIMEOUT_MINUTES + " minutes");
      }
      List<Result> results = read(report);
      if (results.isEmpty()) {
        throw new IllegalStateException("No test ran: " + Files.readString(console));
      }
      return results;
    } finally {
      Files.delete(report);
      Files.delete(console);
    }
  }

  private static List<Result> read(Path report) throws IOException {
    List<Result> results = new ArrayList<>();
    for (String line : Files.readAllLines(report)) {
      JsonNode test = JSON.readTree(line);
      results.add(
          new Result(
              StreamSupport.stream(test.get("path").spliterator(), false)
                  .map(JsonNode::asText)
                  .toList(),
              test.get("outcome").asText(),
              test.get("reason").asText(),
              test.get("message").asText()));
    }
    return results;
  }
}
