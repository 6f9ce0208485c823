package org.kiln.launcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Kiln's settings for what somebody asked of {@code ceramic-one daemon}. What cannot be heeded is
 * noted, and keeps the node from nothing.
 */
final class OneSettings {
  private static final List<String> SWARM =
      List.of("/ip4/0.0.0.0/tcp/4101", "/ip4/0.0.0.0/udp/4101/quic-v1");

  private final OneArguments asked;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  private OneSettings(OneArguments asked) {
    this.asked = asked;
  }

  /**
   * What came of it.
   *
   * @param asked settings that somebody asked for
   * @param defaults settings for what nobody says otherwise
   * @param notes sentences about what is not heeded
   */
  record Result(Map<String, String> asked, Map<String, String> defaults, List<String> notes) {}

  /**
   * The settings.
   *
   * @param environment of the process, for {@code RUST_LOG}
   */
  static Result of(OneArguments arguments, Map<String, String> environment)
      throws RefusedException {
    OneSettings mapping = new OneSettings(arguments);
    mapping.fill(environment);
    return new Result(mapping.settings, mapping.defaults(), mapping.notes);
  }

  private void fill(Map<String, String> environment) throws RefusedException {
    copy("--store-dir", "data");
    copy("--bind-address", "one.address");
    copy("--metrics-bind-address", "metrics.address");
    copy("--flight-sql-bind-address", "sql.address");
    network();
    copy("--extra-ceramic-peer-addresses", "network.peers");
    copy("--extra-interests", "recon.interests");
    copy("--cors-allow-origins", "one.cors-allow-origins");
    if (!asked.items("--swarm-addresses").isEmpty()) {
      settings.put("network.listen", listen(asked.items("--swarm-addresses")));
    }
    anchoring();
    if (asked.get("--event-validation").filter("false"::equals).isPresent()) {
      notes.add("--event-validation false: events are verified all the same.");
    }
    rustLog(environment.getOrDefault("RUST_LOG", ""));
    for (OneOption option : OneOption.ALL) {
      if (option.worthTelling() && asked.get(option.name()).isPresent()) {
        notes.add(option.name() + " is not heeded: " + option.instead() + ".");
      }
    }
  }

  private void copy(String option, String setting) {
    asked.get(option).ifPresent(value -> settings.put(setting, value));
  }

  private void network() throws RefusedException {
    Optional<String> name = asked.get("--network").map(text -> text.toLowerCase(Locale.ROOT));
    Optional<String> number = asked.get("--local-network-id");
    if (number.isPresent() && !number.get().matches("[0-9]{1,10}")) {
      throw RefusedException.configuration(
          "--local-network-id must be a number, not " + number.get() + ".");
    }
    if (name.isEmpty()) {
      return;
    }
    settings.put(
        "network",
        switch (name.get()) {
          case "in-memory", "inmemory" -> "inmemory";
          case "local" -> {
            long id =
                Long.parseLong(
                    number.orElseThrow(
                        () ->
                            RefusedException.configuration(
                                "--network local needs --local-network-id.")));
            yield id == 0 ? "local" : "local-" + id;
          }
          default -> name.get();
        });
  }

  /** Those addresses that this node can listen on; none of them is reason enough not to start. */
  private String listen(List<String> addresses) {
    List<String> taken = new ArrayList<>();
    for (String address : addresses) {
      try {
        Settings.require("network.listen", "--swarm-addresses").check(address, "--swarm-addresses");
        taken.add(address);
      } catch (RefusedException e) {
        notes.add("--swarm-addresses: " + address + " is not listened on: " + e.getMessage());
      }
    }
    return String.join(",", taken);
  }

  private void anchoring() {
    copy("--evm-contract-address", "anchor.evm.contract");
    copy("--evm-confirmations", "anchor.evm.confirmations");
    copy("--anchor-batch-size", "anchor.batch-max-requests");
    asked.get("--anchor-interval").ifPresent(s -> millis("anchor.batch-interval-ms", s));
    asked.get("--anchor-poll-interval").ifPresent(s -> millis("anchor.poll-interval-ms", s));
    asked
        .get("--remote-anchor-service-url")
        .ifPresent(
            url -> {
              settings.put("anchor.remote.url", url);
              settings.put("anchor.chain", "cas:remote");
            });
    Optional<String> chain = asked.get("--evm-chain-id").map(id -> "eip155:" + id);
    if (chain.isPresent() && asked.get("--evm-rpc-url").isPresent()) {
      settings.put("chain.rpc", chain.get() + "=" + asked.get("--evm-rpc-url").get());
      settings.put("anchor.chain", chain.get());
    }
    if (!asked.items("--additional-chain-rpc-urls").isEmpty()
        || !asked.items("--ethereum-rpc-urls").isEmpty()) {
      notes.add(
          "--additional-chain-rpc-urls is not heeded: say which chain each URL is of, with"
              + " KILN_CHAIN_RPC=eip155:100=URL.");
    }
    if (asked.get("--evm-private-key").isPresent()) {
      notes.add(
          "--evm-private-key is not heeded: put the key into a file that only this user can read,"
              + " and name it with KILN_ANCHOR_EVM_KEY_FILE. Until then nothing is anchored.");
    }
  }

  private void millis(String setting, String seconds) {
    settings.put(setting, seconds.matches("[0-9]{1,6}") ? seconds + "000" : seconds);
  }

  /** The first level in it that is for all, or for ceramic-one: {@code info,recon=debug}. */
  private void rustLog(String filter) {
    for (String directive : filter.split(",")) {
      String level = directive.replaceFirst("^ceramic(_one)?=", "").strip();
      if (level.matches("error|warn|info|debug|trace")) {
        settings.put("log.level", level);
        return;
      }
    }
  }

  private Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("data", "~/.ceramic-one");
    defaults.put("network", "testnet-clay");
    defaults.put("network.enabled", "true");
    defaults.put("recon.enabled", "true");
    defaults.put("metrics.address", "127.0.0.1:9464");
    List<String> notesBefore = List.copyOf(notes);
    defaults.put("network.listen", listen(SWARM));
    notes.clear(); // nobody asked for those addresses
    notes.addAll(notesBefore);
    return defaults;
  }
}
