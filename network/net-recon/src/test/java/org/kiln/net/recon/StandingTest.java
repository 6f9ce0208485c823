package org.kiln.net.recon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.net.recon.talk.Taken;
import org.kiln.net.recon.talk.Talk;

class StandingTest {
  private static final long INTERVAL = ReconSettings.USUAL.interval().toNanos();

  private final Standing standing = new Standing(ReconSettings.USUAL, 0);

  /** One in which the other side got something, and we nothing. */
  private static Talk talk(boolean cut) {
    return new Talk(false, cut, 1, new Taken(0, 0, Optional.empty()), 9, 0, 1, 100, 100);
  }

  @Test
  void shouldGoOnSoonWhereAConversationHadItsTime() {
    for (int i = 0; i < 5; i++) {
      standing.ended(talk(true), 7, 0);
      assertThat(standing.dueIn(0)).isEqualTo(INTERVAL);
    }
    assertThat(standing.failures()).isZero();
  }

  @Test
  void shouldAskEverLessWhereNothingComesOfIt() {
    standing.ended(talk(false), 7, 0);
    assertThat(standing.dueIn(0)).isEqualTo(INTERVAL);
    standing.ended(talk(false), 7, 0);
    assertThat(standing.dueIn(0)).isEqualTo(2 * INTERVAL);
    for (int i = 0; i < 9; i++) {
      standing.ended(talk(false), 7, 0);
    }
    assertThat(standing.dueIn(0)).isEqualTo(ReconSettings.USUAL.idle().toNanos());
    assertThat(standing.failures()).isZero();
  }
}
