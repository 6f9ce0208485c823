package org.kiln.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the gateway bears when nobody has said so. */
class LimitsTest {
  private static final long MIB = 1 << 20;

  @Test
  void shouldBearAsManyOpenStreamsAsTheHeap() {
    assertThat(Limits.openStreams(64 * MIB)).isEqualTo(256);
    assertThat(Limits.openStreams(512 * MIB)).isEqualTo(2048);
    assertThat(Limits.openStreams(64 << 10)).isEqualTo(1);
    assertThat(Limits.openStreams(Long.MAX_VALUE)).isEqualTo(4096);
    assertThat(Limits.DEFAULT.maxOpenStreams())
        .isEqualTo(Limits.openStreams(Runtime.getRuntime().maxMemory()));
    assertThat(RunningGateway.LIMITS.maxOpenStreams()).isEqualTo(2);
  }
}
