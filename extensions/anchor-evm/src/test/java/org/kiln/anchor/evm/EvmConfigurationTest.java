package org.kiln.anchor.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvmConfigurationTest {
  private static EvmConfiguration with(String rpcUrls) {
    return new EvmConfiguration(
        List.of(rpcUrls), List.of(), 0, "", "", "", "", 4, 60_000, 100, "auto", "");
  }

  @Test
  void shouldLeaveOtherChainsNodesToOthers() {
    String all =
        "eip155:1=http://127.0.0.1:1,tezos:NetXdQprcVkpaWU=http://127.0.0.1:2,"
            + "eosio:aca376f206b8fc25a6ed44dbdc66547c=http://127.0.0.1:3,eip155:5=http://127.0.0.1:4";
    try (EvmAnchoring anchoring = with(all).open()) {
      assertThat(anchoring.chains()).containsExactlyInAnyOrder("eip155:1", "eip155:5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"eip155:1", "eip155:1=ftp://127.0.0.1"})
  void rejectsWhatIsNoNode(String entry) {
    assertThatThrownBy(() -> with(entry).open()).isInstanceOf(IllegalArgumentException.class);
  }
}
