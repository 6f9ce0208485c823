package org.kiln.index.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the driver unpacks its native code at each start. Left to itself that is the machine's
 * temporary folder, in which every node that is killed leaves a megabyte; and it can be told
 * otherwise only by a property of the process.
 */
final class NativePlace {
  private static final String PROPERTY = "org.sqlite.tmpdir";

  private NativePlace() {}

  /** Makes the folder, empty at the first call of the process: later ones may be in use. */
  static synchronized void prepare(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    for (Path left : files(folder)) {
      Files.deleteIfExists(left);
    }
    System.setProperty(PROPERTY, folder.toAbsolutePath().toString());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
