package org.kiln.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The node as it ships: {@code distribution/target/kiln} of this checkout, or where the system
 * property {@code kiln.home} says.
 */
public final class Distribution {
  private final Path home;

  private Distribution(Path home) {
    this.home = home;
  }

  /** Finds it, or says how to build it. */
  public static Distribution find() {
    String named = System.getProperty("kiln.home", "");
    if (!named.isEmpty()) {
      return at(Path.of(named));
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolve("distribution/target/kiln");
      if (Files.isExecutable(candidate.resolve("bin/kiln"))) {
        return new Distribution(candidate);
      }
    }
    throw new IllegalStateException(
        "There is no distribution/target/kiln/bin/kiln; build it with 'mvn -DskipTests package'.");
  }

  private static Distribution at(Path home) {
    if (!Files.isExecutable(home.resolve("bin/kiln"))) {
      throw new IllegalStateException("kiln.home has no bin/kiln: " + home);
    }
    return new Distribution(home);
  }

  /** The command. */
  public Path command() {
    return home.resolve("bin/kiln");
  }

  /** What a command that came to its end has answered. */
  public record Answer(int exitCode, String output) {}

  /** Runs {@code kiln} with these arguments to its end, at most a minute. */
  public Answer run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), 60, arguments);
  }

  /**
   * Runs {@code kiln} to its end.
   *
   * @param environment added to this process's own
   * @param timeoutSeconds after that it is killed and this call fails
   */
  public Answer run(Map<String, String> environment, int timeoutSeconds, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(command().toString()));
    line.addAll(Arrays.asList(arguments));
    Path output = Files.createTempFile("kiln-command", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IllegalStateException(
            line + " did not end within " + timeoutSeconds + " s: " + Files.readString(output));
      }
      return new Answer(process.exitValue(), Files.readString(output));
    } finally {
      delete(output);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
