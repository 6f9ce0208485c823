package org.kiln.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds settings that hold each by itself but not together, or not on this machine: a node with
 * them would start and not do what it was asked to.
 */
final class Coherence {
  private static final long MIB = 1024L * 1024;

  private final Configuration configuration;

  Coherence(Configuration configuration) {
    this.configuration = configuration;
  }

  void check(Problems problems) {
    new AnchoringSettings(configuration).check(problems);
    problems.of(() -> Tls.check(configuration));
    checkTopic(problems);
    checkChains(problems);
    checkDropIn(problems);
    checkSql(problems);
    new Listeners(configuration).check(problems);
    checkMemory(problems);
  }

  private void checkTopic(Problems problems) {
    String network = configuration.get("network");
    if (!configuration.get("network.topic").isEmpty()
        && !network.equals("inmemory")
        && !network.startsWith("local")) {
      problems.add(
          "network.topic is set, but the topic of the network " + network + " cannot be chosen.");
    }
  }

  private void checkChains(Problems problems) {
    Set<String> chains = new HashSet<>();
    for (String entry : configuration.items("chain.rpc")) {
      String chain = entry.substring(0, entry.indexOf("=http"));
      if (!chains.add(chain)) {
        problems.add("chain.rpc names two nodes of " + chain + "; only one can be asked.");
      }
    }
  }

  private void checkDropIn(Problems problems) {
    Path folder = configuration.file("plugins.drop-in");
    if (!configuration.get("plugins.drop-in").isEmpty()
        && Files.exists(folder)
        && !Files.isDirectory(folder)) {
      problems.add("plugins.drop-in: " + folder + " is not a directory.");
    }
  }

  private void checkSql(Problems problems) {
    if (configuration.get("sql.http").equals("true")
        && configuration.get("sql.address").isEmpty()) {
      problems.add("sql.http is set, but no tables are kept: set sql.address too.");
    }
  }

  private void checkMemory(Problems problems) {
    long caches = number("store.cache-mb") + number("streams.cache-mb");
    long heap = Runtime.getRuntime().maxMemory() / MIB;
    if (caches >= heap) {
      problems.add(
          "store.cache-mb and streams.cache-mb want "
              + caches
              + " MiB together, but Java's heap has "
              + heap
              + " MiB in all. Raise it, for example with KILN_JAVA_OPTS=-Xmx"
              + 2 * caches
              + "m.");
    }
  }

  private long number(String key) {
    return Long.parseLong(configuration.get(key));
  }
}
