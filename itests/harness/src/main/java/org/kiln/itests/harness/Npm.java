package org.kiln.itests.harness;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;

/**
 * Node.js, and the packages of a folder with a {@code package-lock.json}. A test that needs them is
 * skipped where Node.js is missing; packages that are missing are installed.
 */
public final class Npm {
  /** The oldest release the tests run on. */
  static final int OLDEST = 20;

  private static final Pattern RELEASE = Pattern.compile("v([0-9]+)\\..*", Pattern.DOTALL);
  private static final int INSTALL_MINUTES = 10;

  private Npm() {}

  /**
   * Skips the calling test unless there is a Node.js.
   *
   * @throws TestAbortedException that says what is missing
   */
  public static void require() throws InterruptedException {
    Matcher release = RELEASE.matcher(said("node", "--version"));
    if (!release.matches()) {
      throw new TestAbortedException("Node.js is not installed");
    }
    if (Integer.parseInt(release.group(1)) < OLDEST) {
      throw new TestAbortedException(
          "Node.js " + OLDEST + " or newer is not installed, only " + release.group(1));
    }
  }

  /**
   * The same, and the folder's packages are there afterwards.
   *
   * @throws IllegalStateException with what npm said, when it cannot install them
   */
  public static synchronized void require(Path folder) throws IOException, InterruptedException {
    require();
    if (installed(folder)) {
      return;
    }
    // Tests of two modules may want the same packages at the same time.
    Path lock = Files.createDirectories(folder.resolve("target")).resolve("npm.lock");
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      if (held.isValid() && !installed(folder)) {
        install(folder);
      }
    }
  }

  /** What npm writes last, when all packages are there. */
  private static boolean installed(Path folder) throws IOException {
    Path mark = folder.resolve("node_modules/.package-lock.json");
    return Files.exists(mark)
        && Files.getLastModifiedTime(mark)
                .compareTo(Files.getLastModifiedTime(folder.resolve("package-lock.json")))
            >= 0;
  }

  private static void install(Path folder) throws IOException, InterruptedException {
    if (said("npm", "--version").isEmpty()) {
      throw new TestAbortedException("npm, which comes with Node.js, is not installed");
    }
    Path output = Files.createTempFile("kiln-npm", ".out");
    try {
      Process npm =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        npm.destroyForcibly().waitFor();
        throw new IllegalStateException(
            "'npm ci' failed in " + folder + ": " + Files.readString(output));
      }
    } finally {
      Files.delete(output);
    }
  }

  /** What a command prints; nothing when there is no such command. */
  private static String said(String... line) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text : "";
    } catch (IOException e) {
      return "";
    }
  }
}
