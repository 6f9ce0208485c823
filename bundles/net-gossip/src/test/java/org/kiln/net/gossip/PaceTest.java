package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kiln.api.net.PeerId;

class PaceTest {
  private static final PeerId PEER = FakeKeys.peer(1);
  private static final int BURST = 4_000;

  private final Pace pace = new Pace();
  private long now = 1_000;

  @Test
  void shouldNotHoldUpAPeerThatSaysAThousandThingsOfUseASecond() {
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 800; i++) {
        pace.spend(PEER, Pace.frame(300), now);
        pace.spend(PEER, Pace.OF_USE, now);
      }
      assertThat(pace.waits(PEER, now)).isZero();
      now += 1_000;
    }
  }

  @Test
  void shouldHoldUpAPeerForWhatItSaysTooMuchAndNobodyElse() {
    for (int i = 0; i < BURST; i++) {
      pace.spend(PEER, Pace.OF_NO_USE, now);
    }
    assertThat(pace.waits(PEER, now)).isEqualTo(2 * BURST);
    assertThat(pace.waits(FakeKeys.peer(2), now)).isZero();
    now += 2 * BURST - 1;
    assertThat(pace.waits(PEER, now)).isEqualTo(1);
    now += 1;
    assertThat(pace.waits(PEER, now)).isZero();
    now += 3_600_000;
    pace.spend(PEER, BURST + 5, now);
    assertThat(pace.waits(PEER, now)).isEqualTo(5);
  }

  @Test
  void shouldRememberNoMorePeersThanItMay() {
    pace.spend(PEER, BURST + 100_000, now);
    for (int i = 2; i < 1_026; i++) {
      pace.spend(FakeKeys.peer(i), 1, now);
    }
    assertThat(pace.waits(PEER, now)).isZero();
  }
}
