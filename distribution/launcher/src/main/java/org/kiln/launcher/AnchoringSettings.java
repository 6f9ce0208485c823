package org.kiln.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses settings of anchoring that hold each by itself but not together. Without it a node would
 * start, take requests and anchor none of them.
 */
final class AnchoringSettings {
  private static final String REMOTE = "cas:remote";
  private static final String EVM = "eip155:";
  private static final Pattern HEX = Pattern.compile("\\s*(0x)?[0-9a-fA-F]{64}\\s*");

  private final Configuration configuration;

  AnchoringSettings(Configuration configuration) {
    this.configuration = configuration;
  }

  void check(Problems problems) {
    String chain = configuration.get("anchor.chain");
    boolean key = given("anchor.evm.key-file");
    boolean url = given("anchor.remote.url");
    if (key && !chain.startsWith(EVM)) {
      problems.add(
          "anchor.evm.key-file is set, but anchor.chain is "
              + (chain.isEmpty() ? "empty" : chain)
              + ", so that nothing would be written with that key. Name the chain to write to, for"
              + " example anchor.chain=eip155:100, or take the key away.");
    }
    if (chain.equals(REMOTE) && !url) {
      problems.add(
          "anchor.chain is "
              + REMOTE
              + ", but anchor.remote.url does not say which anchor service that is.");
    }
    if (url && !chain.equals(REMOTE)) {
      problems.add(
          "anchor.remote.url is set, but anchor.chain is "
              + (chain.isEmpty() ? "empty" : chain)
              + ", so that nothing would be sent there. Set anchor.chain="
              + REMOTE
              + " to anchor through that service, or take the URL away.");
    }
    if (key) {
      checkKey(chain, configuration.file("anchor.evm.key-file"), problems);
    }
    Path seed = configuration.file("anchor.remote.seed-file");
    if (url
        && (Files.exists(seed)
            || HEX.matcher(configuration.get("anchor.remote.seed-file")).matches())) {
      checkHex("anchor.remote.seed-file", seed, problems);
    }
    if (given("anchor.service.clients") && configuration.get("anchor.enabled").equals("false")) {
      problems.add(
          "anchor.service.clients names clients, but anchor.enabled is false: a node that does not"
              + " anchor cannot anchor for others.");
    }
  }

  /**
   * The settings that writing to an Ethereum-like chain needs and that are not set. Empty for other
   * chains; whether something here writes to them, only the running node knows.
   */
  List<String> missing() {
    String chain = configuration.get("anchor.chain");
    if (!chain.isEmpty() && !chain.startsWith(EVM)) {
      return List.of();
    }
    List<String> missing = new ArrayList<>();
    if (chain.isEmpty()) {
      missing.add("anchor.chain");
    }
    if (!given("anchor.evm.key-file")) {
      missing.add("anchor.evm.key-file");
    }
    String node = chain.isEmpty() ? EVM : chain + "=";
    if (configuration.items("chain.rpc").stream().noneMatch(entry -> entry.startsWith(node))) {
      missing.add("chain.rpc");
    }
    return missing;
  }

  private void checkKey(String chain, Path file, Problems problems) {
    if (chain.startsWith(EVM)
        && configuration.items("chain.rpc").stream()
            .noneMatch(entry -> entry.startsWith(chain + "="))) {
      problems.add(
          "anchor.chain is "
              + chain
              + ", but chain.rpc names no node of that chain. Add "
              + chain
              + "=https://... to it.");
    }
    checkHex("anchor.evm.key-file", file, problems);
  }

  /** Never says what is in it; nor what stands in its place, which may be the key itself. */
  private void checkHex(String key, Path file, Problems problems) {
    if (HEX.matcher(configuration.get(key)).matches()) {
      problems.add(
          key
              + " names a file, and what it is set to looks like a key itself (it is not shown"
              + " here). Put the key into a file that only you can read, and name that.");
      return;
    }
    try {
      if (!HEX.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).matches()) {
        problems.add(key + ": the file " + file + " does not hold 64 hexadecimal digits.");
      }
    } catch (IOException e) {
      problems.add(key + ": the file " + file + " cannot be read.");
    }
  }

  private boolean given(String key) {
    return !configuration.get(key).isEmpty();
  }
}
