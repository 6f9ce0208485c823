package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/**
 * The copies of bundles that Felix keeps: {@code bundleID/versionREVISION/bundle.jar}. Felix trusts
 * them for ever; a damaged one would show as a class that cannot be loaded, some day.
 */
final class BundleCopies {
  private final Path storage;

  BundleCopies(Path storage) {
    this.storage = storage;
  }

  /** Whether the framework has the very bytes of the jar. */
  boolean isCopy(Bundle bundle, Path jar) {
    try {
      Optional<Path> copy = copy(bundle.getBundleId());
      return copy.isPresent() && Files.mismatch(copy.get(), jar) < 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Of the newest revision; an older one stays behind when a node is killed. */
  private Optional<Path> copy(long id) throws IOException {
    Path directory = storage.resolve("bundle" + id);
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> revisions = Files.list(directory)) {
      return revisions
          .filter(revision -> revision.getFileName().toString().matches("version[0-9]+\\.[0-9]+"))
          .max(BundleCopies::compare)
          .map(revision -> revision.resolve("bundle.jar"))
          .filter(Files::isRegularFile);
    }
  }

  private static int compare(Path one, Path other) {
    return Double.compare(number(one), number(other));
  }

  private static double number(Path revision) {
    return Double.parseDouble(revision.getFileName().toString().substring("version".length()));
  }
}
