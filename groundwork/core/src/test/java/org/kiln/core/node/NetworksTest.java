package org.kiln.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.stream.NetworkId;
import org.kiln.kit.net.Multiaddrs;

class NetworksTest {
  @ParameterizedTest
  @CsvSource({
    "mainnet, eip155:1",
    "testnet-clay, eip155:100",
    "dev-unstable, eip155:11155111",
    "local, eip155:1337",
    "local-7, eip155:1337",
    "inmemory, inmemory:12345"
  })
  void shouldKnowTheChainOfEachNetwork(String network, String chain) {
    assertThat(Networks.of(NetworkId.named(network).orElseThrow()).chains()).containsExactly(chain);
  }

  @ParameterizedTest
  @CsvSource({
    "mainnet, /ceramic/mainnet",
    "testnet-clay, /ceramic/testnet-clay",
    "dev-unstable, /ceramic/dev-unstable",
    "local, /ceramic/local-4294967295",
    "local-7, /ceramic/local-7",
    "inmemory, /ceramic/inmemory-4294967295"
  })
  void shouldKnowTheTopicOfEachNetwork(String name, String topic) {
    NetworkId network = NetworkId.named(name).orElseThrow();
    assertThat(Networks.of(network).topic(network, "", -1)).isEqualTo(topic);
  }

  @Test
  void shouldLetPrivateNetworksChooseTheirTopic() {
    NetworkId network = NetworkId.local(0);
    assertThat(Networks.of(network).topic(network, "/ours", 1)).isEqualTo("/ours");
    assertThatThrownBy(() -> Networks.MAINNET.topic(NetworkId.MAINNET, "/ours", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be chosen");
  }

  @Test
  void shouldNameBootstrapNodesByWhatCanBeDialled() {
    for (Networks network : Networks.values()) {
      for (String text : network.bootstrap()) {
        Multiaddr address = Multiaddrs.parse(text);
        assertThat(address.peer()).isPresent();
        assertThat(address.name()).isPresent();
      }
    }
  }
}
