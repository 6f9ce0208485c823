package org.kiln.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets one module at a time start the assembled node as a process, also when Maven builds several
 * at once ({@code -T}): two nodes under load on one machine would wait for each other's processors.
 * The lock is this process's until it ends. A module that only waits runs beside the others, with
 * the system property {@code kiln.itests.beside}.
 */
public final class OneAtATime implements LauncherSessionListener {
  private static FileLock held;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (!Boolean.getBoolean("kiln.itests.beside")) {
      take();
    }
  }

  private static synchronized void take() {
    if (held != null) {
      return;
    }
    try {
      Path folder = Files.createDirectories(root().resolve("target"));
      held =
          FileChannel.open(
                  folder.resolve("itests.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE)
              .lock();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The checkout's folder; outside of one, where the tests run. */
  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(".mvn"))) {
        return folder;
      }
    }
    return here;
  }
}
