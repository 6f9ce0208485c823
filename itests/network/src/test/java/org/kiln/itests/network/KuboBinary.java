package org.kiln.itests.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** The {@code ipfs} program: the installed one, or one that Go builds from the module proxy. */
final class KuboBinary {
  /** What is built where none is installed; the newest one these tests have been seen with. */
  static final String VERSION = "v0.42.0";

  private static final String MODULE = "github.com/ipfs/kubo@" + VERSION;

  /** Some three hundred modules come and are compiled the first time. */
  private static final Duration BUILD_TIME = Duration.ofMinutes(45);

  private static Path found;
  private static Missing missing;

  private KuboBinary() {}

  /** The message says why there is no {@code ipfs} to test with. */
  private static final class Missing extends Exception {
    private static final long serialVersionUID = 1;

    Missing(String message) {
      super(message);
    }
  }

  /**
   * Where the program is. Where none is to be had the calling test is skipped, and the first time
   * it is said on the console why.
   */
  static synchronized Path findOrSkip() throws IOException, InterruptedException {
    if (found == null && missing == null) {
      try {
        found = find();
      } catch (Missing e) {
        missing = e;
        System.err.println("Skipped, there is no Kubo to test with: " + e.getMessage());
      }
    }
    if (found == null) {
      throw new TestAbortedException(missing.getMessage(), missing);
    }
    return found;
  }

  /** The program of the PATH, else the one built before, else builds it. */
  private static Path find() throws Missing, IOException, InterruptedException {
    Optional<Path> installed = onPath("ipfs");
    if (installed.isPresent()) {
      return installed.get();
    }
    Path folder = Path.of("target", "kubo-" + VERSION).toAbsolutePath();
    Path built = folder.resolve("ipfs");
    if (Files.isExecutable(built)) {
      return built;
    }
    Path go =
        onPath("go")
            .orElseThrow(
                () -> new Missing("neither 'ipfs' nor 'go' is on the PATH: install one of them"));
    Files.createDirectories(folder);
    // Not 'go install': it asks the proxy for each prefix of the command's path as well, and a
    // proxy that refuses those, instead of not knowing them, ends the search.
    String downloaded = run(go, folder, folder, "mod", "download", "-json", MODULE);
    JsonNode module = new ObjectMapper().readTree(downloaded);
    Path source = Path.of(module.path("Dir").asText());
    Path partly = folder.resolve("ipfs.part");
    // Without FUSE, which no test mounts.
    run(go, folder, source, "build", "-tags=nofuse", "-o", partly.toString(), "./cmd/ipfs");
    Files.move(partly, built);
    return built;
  }

  private static Optional<Path> onPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program).toAbsolutePath())
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** Runs Go in a folder, answers what it wrote to its standard output. */
  private static String run(Path go, Path logs, Path folder, String... arguments)
      throws Missing, IOException, InterruptedException {
    Path out = logs.resolve("go-" + arguments[0] + ".out");
    Path err = logs.resolve("go-" + arguments[0] + ".err");
    ProcessBuilder builder =
        new ProcessBuilder()
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.command().add(go.toString());
    builder.command().addAll(Arrays.asList(arguments));
    // Nothing of it needs C; a workspace or flags of the user's are about other modules.
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOWORK", "off");
    builder.environment().put("GOFLAGS", "-buildvcs=false");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(BUILD_TIME.toSeconds(), TimeUnit.SECONDS)) {
        throw new Missing(
            "building " + MODULE + " took more than " + BUILD_TIME.toMinutes() + " min");
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      String said = Files.readString(out) + Files.readString(err);
      throw new Missing(
          "Go could not build "
              + MODULE
              + ": "
              + said.substring(Math.max(0, said.length() - 2000)));
    }
    return Files.readString(out);
  }
}
