package org.kiln.itests.console;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The browser: what the system property {@code kiln.chromium} names, else the one of the PATH. */
final class Chromium {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private Chromium() {}

  /** Where it is; without one the calling test is skipped. */
  static Path require() {
    String named = System.getProperty("kiln.chromium", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    String path = System.getenv().getOrDefault("PATH", "");
    return NAMES.stream()
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(at -> Path.of(at, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new TestAbortedException("Chromium is not installed"));
  }
}
