package org.kiln.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Refuses settings of anchoring that hold each by itself but not together. Without it a node would
 * start, take requests and anchor none of them.
 */
final class AnchoringSettings {
  private static final String REMOTE = "cas:remote";

  private final Configuration configuration;

  AnchoringSettings(Configuration configuration) {
    this.configuration = configuration;
  }

  void check() throws RefusedException {
    String chain = configuration.get("anchor.chain");
    boolean key = given("anchor.evm.key-file");
    boolean url = given("anchor.remote.url");
    if (key && !chain.startsWith("eip155:")) {
      throw refused(
          "anchor.evm.key-file is set, but anchor.chain is "
              + (chain.isEmpty() ? "empty" : chain)
              + ", so that nothing would be written with that key. Name the chain to write to, for"
              + " example anchor.chain=eip155:100, or take the key away.");
    }
    if (chain.equals(REMOTE) && !url) {
      throw refused(
          "anchor.chain is "
              + REMOTE
              + ", but anchor.remote.url does not say which anchor service that is.");
    }
    if (url && !chain.equals(REMOTE)) {
      throw refused(
          "anchor.remote.url is set, but anchor.chain is "
              + (chain.isEmpty() ? "empty" : chain)
              + ", so that nothing would be sent there. Set anchor.chain="
              + REMOTE
              + " to anchor through that service, or take the URL away.");
    }
    if (key) {
      checkKey(chain, configuration.file("anchor.evm.key-file"));
    }
    if (given("anchor.service.clients") && configuration.get("anchor.enabled").equals("false")) {
      throw refused(
          "anchor.service.clients names clients, but anchor.enabled is false: a node that does not"
              + " anchor cannot anchor for others.");
    }
  }

  private void checkKey(String chain, Path file) throws RefusedException {
    List<String> nodes = List.of(configuration.get("chain.rpc").split(" "));
    if (nodes.stream().noneMatch(entry -> entry.startsWith(chain + "="))) {
      throw refused(
          "anchor.chain is "
              + chain
              + ", but chain.rpc names no node of that chain. Add "
              + chain
              + "=https://... to it.");
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw refused("anchor.evm.key-file: the file " + file + " cannot be read.");
    }
  }

  private boolean given(String key) {
    return !configuration.get(key).isEmpty();
  }

  private static RefusedException refused(String sentence) {
    return RefusedException.configuration(sentence);
  }
}
