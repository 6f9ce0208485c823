package org.kiln.core.node;

import java.util.List;
import org.kiln.api.stream.NetworkId;

/** The Ceramic networks: what is fixed of each, in one place. */
public enum Networks {
  /** The main network. */
  MAINNET(
      "/ceramic/mainnet",
      List.of("eip155:1"),
      List.of(
          "/dns4/bootstrap-mainnet-rust-ceramic-1.3box.io/tcp/4101"
              + "/p2p/12D3KooWJC1yR4KiCnocV9kuAEwtsMNh7Xmu2vzqpBvk2o3MrYd6",
          "/dns4/bootstrap-mainnet-rust-ceramic-2.3box.io/tcp/4101"
              + "/p2p/12D3KooWCuS388c1im7KkmdrpsLMziihF8mbcv2w6HPCp4Qmww6m")),

  /** The public test network. */
  TESTNET_CLAY(
      "/ceramic/testnet-clay",
      List.of("eip155:100"),
      List.of(
          "/dns4/bootstrap-tnet-rust-ceramic-1.3box.io/tcp/4101"
              + "/p2p/12D3KooWMqCFj5bnwuNi6D6KLhYiK4C8Eh9xSUKv2E6Jozs4nWEE",
          "/dns4/bootstrap-tnet-rust-ceramic-2.3box.io/tcp/4101"
              + "/p2p/12D3KooWPFGbRHWfDaWt5MFFeqAHBBq3v5BqeJ4X7pmn2V1t6uNs")),

  /** The developers' network. */
  DEV_UNSTABLE(
      "/ceramic/dev-unstable",
      List.of("eip155:11155111"),
      List.of(
          "/dns4/bootstrap-devqa-rust-ceramic-1.3box.io/tcp/4101"
              + "/p2p/12D3KooWJmYPnXgst4gW5GoyAYzRB3upLgLVR1oDVGwjiS9Ce7sA",
          "/dns4/bootstrap-devqa-rust-ceramic-2.3box.io/tcp/4101"
              + "/p2p/12D3KooWFCf7sKeW8NHoT35EutjJX5vCpPekYqa4hB4tTUpYrcam")),

  /** A network of one's own: {@code local} or {@code local-<number>}. */
  LOCAL("", List.of("eip155:1337"), List.of()),

  /** One process. */
  INMEMORY("", List.of("inmemory:12345"), List.of());

  private final String topic;
  private final List<String> chains;
  private final List<String> bootstrap;

  Networks(String topic, List<String> chains, List<String> bootstrap) {
    this.topic = topic;
    this.chains = chains;
    this.bootstrap = bootstrap;
  }

  /** What is fixed of that network. */
  public static Networks of(NetworkId network) {
    return switch (network.name()) {
      case "mainnet" -> MAINNET;
      case "testnet-clay" -> TESTNET_CLAY;
      case "dev-unstable" -> DEV_UNSTABLE;
      case "inmemory" -> INMEMORY;
      default -> LOCAL;
    };
  }

  /**
   * The topic its nodes tell each other of tips on.
   *
   * @param network one of this kind
   * @param chosen a topic to use instead, allowed on local networks only; empty for none
   * @param random stands in the topic of {@code local} and {@code inmemory}, names that everybody's
   *     private networks share: so that they do not meet by accident
   * @throws IllegalArgumentException when a topic is chosen for a public network
   */
  public String topic(NetworkId network, String chosen, int random) {
    boolean isPrivate = topic.isEmpty();
    if (!chosen.isEmpty()) {
      if (!isPrivate) {
        throw new IllegalArgumentException(
            "The topic of network " + network.name() + " is " + topic + " and cannot be chosen");
      }
      return chosen;
    }
    if (!isPrivate) {
      return topic;
    }
    boolean shared = this == INMEMORY || network.name().equals("local");
    return "/ceramic/" + network.name() + (shared ? "-" + Integer.toUnsignedString(random) : "");
  }

  /** CAIP-2 chains its anchors are written to. */
  public List<String> chains() {
    return chains;
  }

  /** Addresses, peer ids included, of nodes by which a newcomer finds the others. */
  public List<String> bootstrap() {
    return bootstrap;
  }
}
