package org.kiln.itests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/** What the build has made in other modules, and the operator's command. */
final class Checkout {
  private Checkout() {}

  /** The checkout's root. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("plugins-api"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** The one jar that a module has made. */
  static Path jar(String module) {
    try (Stream<Path> files = Files.list(root().resolve(module).resolve("target"))) {
      List<Path> jars =
          files
              .filter(file -> file.getFileName().toString().matches("kiln-.*\\.jar"))
              .filter(file -> !file.toString().matches(".*-(sources|javadoc|tests)\\.jar"))
              .toList();
      assertThat(jars).as("jars of " + module).hasSize(1);
      return jars.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException("Build " + module + " first", e);
    }
  }

  /** The same jar with another version in its manifest: an upgrade with the same code. */
  static Path reversioned(Path jar, String version, Path folder) throws IOException {
    return withHeader(jar, "Bundle-Version", version, folder.resolve(version + ".jar"));
  }

  /** The same jar with another header in its manifest. */
  static Path withHeader(Path jar, String header, String value, Path copy) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = new Manifest(file.getManifest());
      manifest.getMainAttributes().putValue(header, value);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(copy), manifest)) {
        for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
          if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
            out.putNextEntry(new JarEntry(entry.getName()));
            try (InputStream in = file.getInputStream(entry)) {
              in.transferTo(out);
            }
          }
        }
      }
    }
    return copy;
  }

  /** Installs a jar as an operator does, and answers what the command says. */
  static String install(Distribution distribution, NodeProcess node, Path jar) throws Exception {
    Distribution.Answer answer =
        distribution.run("plugin", "install", jar.toString(), "--data", node.data().toString());
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    return answer.output();
  }
}
