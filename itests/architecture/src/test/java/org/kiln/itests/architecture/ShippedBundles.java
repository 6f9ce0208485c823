package org.kiln.itests.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Our bundles as they lie in the distribution. */
final class ShippedBundles {
  private ShippedBundles() {}

  static List<Path> ours() {
    Path bundles = Path.of(System.getProperty("kiln.home")).resolve("bundles");
    try (Stream<Path> files = Files.list(bundles)) {
      return files.filter(file -> symbolicName(file).startsWith("org.kiln.")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String symbolicName(Path jar) {
    return header(jar, "Bundle-SymbolicName").split(";")[0];
  }

  /** Empty when there is none. */
  static String header(Path jar, String name) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Attributes attributes = file.getManifest().getMainAttributes();
      String value = attributes.getValue(name);
      return value == null ? "" : value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
