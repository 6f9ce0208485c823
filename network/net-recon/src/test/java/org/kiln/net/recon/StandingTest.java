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
      standing.ended(talk(true), 7, false, 0);
      assertThat(standing.dueIn(7, 0)).isEqualTo(INTERVAL);
    }
    assertThat(standing.failures()).isZero();
  }

  @Test
  void shouldAskEverLessWhereNothingComesOfIt() {
    standing.ended(talk(false), 7, false, 0);
    assertThat(standing.dueIn(7, 0)).isEqualTo(INTERVAL);
    standing.ended(talk(false), 7, false, 0);
    assertThat(standing.dueIn(7, 0)).isEqualTo(2 * INTERVAL);
    for (int i = 0; i < 9; i++) {
      standing.ended(talk(false), 7, false, 0);
    }
    assertThat(standing.dueIn(7, 0)).isEqualTo(ReconSettings.USUAL.idle().toNanos());
    assertThat(standing.failures()).isZero();
  }

  private static Talk same() {
    return new Talk(true, false, 1, new Taken(0, 0, Optional.empty()), 0, 0, 1, 100, 100);
  }

  @Test
  void shouldAskEverLessWhereNothingIsNewAndThePeerTellsWhatIs() {
    for (int i = 0; i < 9; i++) {
      standing.ended(same(), 7, true, 0);
    }
    assertThat(standing.dueIn(7, 0)).isEqualTo(ReconSettings.USUAL.idle().toNanos());
    assertThat(standing.hasNews(7, 2 * INTERVAL)).isFalse();
    // What is new here is told at once, by who has dialled, and soon after by the other.
    assertThat(standing.hasNews(8, INTERVAL)).isFalse();
    assertThat(standing.hasNews(8, 2 * INTERVAL)).isTrue();
    assertThat(standing.dueIn(8, 0)).isEqualTo(INTERVAL);
    standing.ended(talk(false), 8, true, 0);
    assertThat(standing.dueIn(8, 0)).isEqualTo(INTERVAL);
  }

  @Test
  void shouldAskAsOftenAsBeforeWhereThePeerWaitsToBeAsked() {
    for (int i = 0; i < 9; i++) {
      standing.ended(same(), 7, false, 0);
    }
    assertThat(standing.dueIn(7, 0)).isEqualTo(INTERVAL);
  }

  @Test
  void shouldNotGoSoonerToWhoFailsBecauseSomethingIsNew() {
    standing.ended(same(), 7, true, 0);
    for (int i = 0; i < 3; i++) {
      standing.failed("it hangs up", false, 0);
    }
    assertThat(standing.dueIn(8, 0)).isEqualTo(4 * INTERVAL);
  }

  @Test
  void shouldRestEverLongerFromWhomNothingButBadComes() {
    Talk bad = new Talk(false, false, 1, new Taken(0, 5, Optional.of("bad")), 0, 0, 1, 100, 100);
    for (int i = 1; i <= 4; i++) {
      standing.ended(bad, 7, false, 0);
      assertThat(standing.failures()).isEqualTo(i);
      assertThat(standing.dueIn(8, 0)).isEqualTo(INTERVAL << i);
      assertThat(standing.rests((INTERVAL << i) - 1)).isTrue();
      assertThat(standing.rests(INTERVAL << i)).isFalse();
    }
    for (int i = 0; i < 20; i++) {
      standing.ended(bad, 7, false, 0);
    }
    assertThat(standing.failures()).isEqualTo(24);
    assertThat(standing.dueIn(8, 0)).isEqualTo(ReconSettings.USUAL.longest().toNanos());
    // One good thing, and it is as it was.
    standing.ended(
        new Talk(false, false, 1, new Taken(1, 5, Optional.of("bad")), 0, 0, 1, 100, 100),
        8,
        false,
        0);
    assertThat(standing.failures()).isZero();
    assertThat(standing.dueIn(8, 0)).isEqualTo(INTERVAL);
  }

  @Test
  void shouldGoOnSoonWithWhoMayHaveHungUpOverWhatItWasGiven() {
    for (int i = 0; i < 9; i++) {
      standing.failed("it hangs up", true, 0);
    }
    assertThat(standing.dueIn(7, 0)).isEqualTo(INTERVAL);
    assertThat(standing.failures()).isZero();
    assertThat(standing.rests(0)).isFalse();
  }
}
