package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

class TurnsTest {
  @Test
  void rejectsWhoHasWaitedLongEnoughUntilOneIsGivenBack() throws Exception {
    Turns turns = new Turns(2, Duration.ofMillis(1), "two at a time", () -> {});
    turns.take();
    turns.take();
    assertThatThrownBy(turns::take)
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessage("two at a time");
    turns.giveBack();
    assertThatCode(turns::take).doesNotThrowAnyException();
  }

  @Test
  void shouldHaveRoomMadeAlsoByWhoHasNoPatience() throws Exception {
    Turns[] turns = new Turns[1];
    turns[0] = new Turns(1, Duration.ZERO, "one at a time", () -> turns[0].giveBack());
    turns[0].take();
    assertThatCode(turns[0]::take).doesNotThrowAnyException();
  }

  @Test
  void shouldHaveRoomMadeForWhoWaits() throws Exception {
    Turns[] turns = new Turns[1];
    turns[0] = new Turns(1, Duration.ofSeconds(10), "one at a time", () -> turns[0].giveBack());
    turns[0].take();
    assertThatCode(turns[0]::take).doesNotThrowAnyException();
  }
}
