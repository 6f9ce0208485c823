package org.kiln.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.core.extension.FixedExtensions;

class ObstacleTest {
  private static final FixedExtensions NOTHING = FixedExtensions.builder().build();

  private static Obstacle obstacle(
      boolean enabled, String chain, FixedExtensions there, String... missing) {
    AnchorSettings settings =
        new AnchorSettings(
            enabled,
            true,
            chain,
            Duration.ZERO,
            10,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1,
            Duration.ofDays(1));
    return new Obstacle(there, settings, List.of(missing));
  }

  @Test
  void shouldNameTheSettingsThatAreMissing() {
    assertThat(obstacle(true, "eip155:1", NOTHING, "anchor.evm.key-file", "chain.rpc").sentences())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("eip155:1", "anchor.evm.key-file and chain.rpc are not set"));
    assertThat(obstacle(true, "eip155:1", NOTHING, "anchor.evm.key-file").sentences())
        .hasValueSatisfying(text -> assertThat(text).contains("anchor.evm.key-file is not set"));
  }

  @Test
  void shouldNameTheChainWhosePluginIsMissing() {
    assertThat(obstacle(true, "calendar:file", NOTHING, "chain.rpc").sentences())
        .hasValueSatisfying(
            text ->
                assertThat(text).contains("calendar:file", "kiln plugin").doesNotContain("rpc"));
  }

  @Test
  void shouldSayNothingWhenAnchorsCanBeWrittenOrAreNotWanted() {
    FixedExtensions there =
        FixedExtensions.builder().add(AnchorChain.class, "eip155:1", new FakeChain()).build();
    assertThat(obstacle(true, "eip155:1", there, "chain.rpc").sentences()).isEmpty();
    assertThat(obstacle(false, "eip155:1", NOTHING, "chain.rpc").sentences()).isEmpty();
  }
}
