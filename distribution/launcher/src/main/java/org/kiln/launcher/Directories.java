package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes away what can be made anew, and finds where paths lead. */
final class Directories {
  private Directories() {}

  /** Deletes a file, or a directory with all that is in it; links are not followed. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    }
  }

  /** Where a path leads, without links on its way, also when its end is not there yet. */
  static Path real(Path path) throws IOException {
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      Path parent = path.getParent();
      return parent == null ? path : real(parent).resolve(path.getFileName());
    }
  }

  /** Refuses two directories of which one is in the other, or is it. */
  static void refuseNested(Path named, Path data) throws RefusedException, IOException {
    Path path = real(named);
    Path node = real(data);
    if (path.startsWith(node) || node.startsWith(path)) {
      throw RefusedException.configuration(
          named + " and " + data + " lie in each other. Name another directory.");
    }
  }
}
