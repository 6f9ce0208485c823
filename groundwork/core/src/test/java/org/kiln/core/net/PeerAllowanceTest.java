package org.kiln.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kiln.api.net.PeerId;

class PeerAllowanceTest {
  private static final PeerId PEER = peer(1);
  private static final int AT_ONCE = 4_000;

  private long now = 1_000;
  private final PeerAllowance allowance = new PeerAllowance(1_000, AT_ONCE, () -> now);

  private static PeerId peer(int number) {
    byte[] id = new byte[38];
    id[1] = 36;
    id[2] = 8;
    id[3] = 1;
    id[4] = 0x12;
    id[5] = 32;
    id[36] = (byte) (number >> 8);
    id[37] = (byte) number;
    return PeerId.of(id);
  }

  @Test
  void shouldNotHoldUpAPeerThatSpendsWhatItGets() {
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 1_000; i++) {
        allowance.spend(PEER, 1);
      }
      assertThat(allowance.waits(PEER)).isZero();
      now += 1_000;
    }
  }

  @Test
  void shouldHoldUpAPeerForWhatItSpendsTooMuchAndNobodyElse() {
    for (int i = 0; i < AT_ONCE; i++) {
      allowance.spend(PEER, 3);
    }
    assertThat(allowance.waits(PEER)).isEqualTo(2 * AT_ONCE);
    assertThat(allowance.waits(peer(2))).isZero();
    now += 2 * AT_ONCE - 1;
    assertThat(allowance.waits(PEER)).isEqualTo(1);
    now += 1;
    assertThat(allowance.waits(PEER)).isZero();
    now += 3_600_000;
    allowance.spend(PEER, AT_ONCE + 5);
    assertThat(allowance.waits(PEER)).isEqualTo(5);
  }

  @Test
  void shouldRememberNoMorePeersThanItMay() {
    allowance.spend(PEER, AT_ONCE + 100_000);
    for (int i = 2; i < 1_026; i++) {
      allowance.spend(peer(i), 1);
    }
    assertThat(allowance.waits(PEER)).isZero();
  }
}
