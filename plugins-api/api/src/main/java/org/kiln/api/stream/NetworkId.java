package org.kiln.api.stream;

import java.util.Optional;

/**
 * A Ceramic network: its name and the number that stands in its EventIds.
 *
 * @param name {@code mainnet}, {@code testnet-clay}, {@code dev-unstable}, {@code inmemory}, {@code
 *     local} or {@code local-<n>}
 * @param number the number in EventIds, not negative
 */
public record NetworkId(String name, long number) {
  private static final long LOCAL_BASE = 0x1_0000_0000L;

  /** The main network. */
  public static final NetworkId MAINNET = new NetworkId("mainnet", 0);

  /** The public test network. */
  public static final NetworkId TESTNET_CLAY = new NetworkId("testnet-clay", 1);

  /** The developers' network. */
  public static final NetworkId DEV_UNSTABLE = new NetworkId("dev-unstable", 2);

  /** No network: one process. */
  public static final NetworkId INMEMORY = new NetworkId("inmemory", 0xff);

  /**
   * The network of that name.
   *
   * @return empty when there is none of that name
   */
  public static Optional<NetworkId> named(String name) {
    return switch (name) {
      case "mainnet" -> Optional.of(MAINNET);
      case "testnet-clay" -> Optional.of(TESTNET_CLAY);
      case "dev-unstable" -> Optional.of(DEV_UNSTABLE);
      case "inmemory" -> Optional.of(INMEMORY);
      case "local" -> Optional.of(local(0));
      default -> name.matches("local-[0-9]{1,10}") ? localNumber(name) : Optional.empty();
    };
  }

  /** The local network of that number, from 0 to 2^32−1. */
  public static NetworkId local(long number) {
    return new NetworkId(number == 0 ? "local" : "local-" + number, LOCAL_BASE + number);
  }

  private static Optional<NetworkId> localNumber(String name) {
    long number = Long.parseLong(name.substring("local-".length()));
    return number < LOCAL_BASE ? Optional.of(local(number)) : Optional.empty();
  }
}
