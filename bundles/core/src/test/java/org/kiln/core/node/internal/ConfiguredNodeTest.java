package org.kiln.core.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.stream.NetworkId;

class ConfiguredNodeTest {
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
    assertThat(ConfiguredNode.chainsOf(NetworkId.named(network).orElseThrow()))
        .containsExactly(chain);
  }
}
