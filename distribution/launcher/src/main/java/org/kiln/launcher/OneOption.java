package org.kiln.launcher;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An option of {@code ceramic-one daemon}, release 0.58.
 *
 * @param name as it is written, {@code --store-dir}
 * @param letter its short form, {@code -s}; empty when it has none
 * @param isSwitch whether it takes no value
 * @param instead what a Kiln has in its place where it cannot be heeded; empty where it is
 */
record OneOption(String name, String letter, boolean isSwitch, String instead) {
  private static final String BOUNDS =
      "the libp2p host has bounds of its own; kiln.log says when one is reached";
  private static final String SQLITE =
      "events are not kept in SQLite here; store.cache-mb is the memory for their pages";
  private static final String ALWAYS = "nothing here needs it";

  /** All of them. */
  static final List<OneOption> ALL =
      List.of(
          value("store-dir", "-s"),
          value("p2p-key-dir", "-p"),
          value("bind-address", "-b"),
          value("flight-sql-bind-address", ""),
          value("metrics-bind-address", "-m"),
          value("network", ""),
          value("local-network-id", ""),
          value("swarm-addresses", ""),
          value("extra-ceramic-peer-addresses", ""),
          value("extra-interests", ""),
          value("cors-allow-origins", ""),
          value("anchor-interval", ""),
          value("anchor-batch-size", ""),
          value("anchor-poll-interval", ""),
          value("evm-rpc-url", ""),
          value("evm-private-key", ""),
          value("evm-chain-id", ""),
          value("evm-contract-address", ""),
          value("evm-confirmations", ""),
          value("additional-chain-rpc-urls", ""),
          value("ethereum-rpc-urls", ""),
          value("remote-anchor-service-url", ""),
          value("event-validation", ""),
          unheeded(
              "external-swarm-addresses", "peers tell the node under which address they see it"),
          unheeded("log-format", "log.level sets how much is written to logs/kiln.log"),
          unheeded("max-conns-out", BOUNDS),
          unheeded("max-conns-in", BOUNDS),
          unheeded("max-conns-pending-out", BOUNDS),
          unheeded("max-conns-pending-in", BOUNDS),
          unheeded("max-conns-per-peer", BOUNDS),
          unheeded("idle-conns-timeout-ms", BOUNDS),
          unheeded("object-store-url", "states are derived into the node's own store"),
          unheeded("anchor-poll-retry-count", "requests are asked for until they are answered"),
          unheeded("db-cache-size", SQLITE),
          unheeded("db-mmap-size", SQLITE),
          unheeded("db-max-connections", SQLITE),
          unheeded("db-temp-store", SQLITE),
          unheeded("db-analysis-limit", SQLITE),
          flag("db-optimize", SQLITE),
          flag("metrics", "numbers are fetched, at /metrics of --metrics-bind-address"),
          flag("tracing", "there are no traces; log.level=trace shows the node at work"),
          flag(
              "authentication",
              "it had no effect there either; 'kiln access' says who may operate"),
          flag("experimental-features", ALWAYS),
          flag("deprecated-features", ALWAYS));

  private static OneOption value(String name, String letter) {
    return new OneOption("--" + name, letter, false, "");
  }

  private static OneOption unheeded(String name, String instead) {
    return new OneOption("--" + name, "", false, instead);
  }

  private static OneOption flag(String name, String instead) {
    return new OneOption("--" + name, "", true, instead);
  }

  /** The option of that name or letter. */
  static Optional<OneOption> find(String word) {
    return ALL.stream()
        .filter(one -> one.name.equals(word) || !one.letter.isEmpty() && one.letter.equals(word))
        .findFirst();
  }

  /** The variable it can be set by, {@code CERAMIC_ONE_STORE_DIR}. */
  String variable() {
    return "CERAMIC_ONE_" + name.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Whether to tell that it is not heeded. */
  boolean worthTelling() {
    return !instead.isEmpty() && !instead.equals(ALWAYS);
  }
}
