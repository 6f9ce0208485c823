package org.kiln.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The bundles that came with the node: where their jars lie, and which of them can be swapped. */
final class Shipped {
  /**
   * What everything else stands on. Replacing one would stop the node for all practical purposes.
   */
  private static final Set<String> CORE =
      Set.of(
          "org.kiln.plugins.api",
          "org.kiln.core",
          "org.kiln.ipld",
          "org.kiln.schema",
          "org.kiln.xodus",
          "org.kiln.log",
          "org.kiln.events",
          "org.kiln.did",
          "org.kiln.streams",
          "org.kiln.feed",
          "org.kiln.anchor",
          "org.kiln.libp2p",
          "org.kiln.http",
          "org.kiln.access",
          "org.kiln.plugins");

  private record Entry(Path jar, String sha256) {}

  private final Map<String, Entry> byName = new HashMap<>();

  private Shipped() {}

  /** Reads the lock list of a distribution; without one nothing ships. */
  static Shipped read(Path home) throws IOException {
    Shipped shipped = new Shipped();
    try {
      for (String line : Files.readAllLines(home.resolve("lib").resolve("bundles.lock"))) {
        String[] words = line.strip().split(" ");
        if (words.length >= 4 && words[0].startsWith(Bundles.SHIPPED)) {
          shipped.byName.put(
              words[0].substring(Bundles.SHIPPED.length()),
              new Entry(home.resolve("bundles").resolve(words[1]), words[2]));
        }
      }
    } catch (NoSuchFileException e) {
      return shipped;
    }
    return shipped;
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  Optional<Path> jar(String name) {
    return Optional.ofNullable(byName.get(name)).map(Entry::jar);
  }

  String sha256(String name) {
    Entry entry = byName.get(name);
    return entry == null ? "" : entry.sha256();
  }

  /** Why that bundle cannot be swapped while the node runs; empty when it can. */
  Optional<String> fixed(String name) {
    if (name.startsWith("org.kiln.store.")) {
      return Optional.of(
          name
              + " holds the node's data. To change the store, stop the node and set"
              + " store.backend.");
    }
    if (CORE.contains(name)) {
      return Optional.of(
          name
              + " belongs to the node's core. It is replaced by a newer release of the node, with a"
              + " restart.");
    }
    return has(name) && !name.startsWith("org.kiln.")
        ? Optional.of(
            name
                + " is a library of the node. It is replaced by a newer release of the node, with a"
                + " restart.")
        : Optional.empty();
  }
}
