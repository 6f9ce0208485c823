package org.kiln.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

  @Test
  void shouldHandOutATimeThatCanBeCountedWith() {
    Duration left = Deadline.NONE.remaining();
    assertThat(left.toNanos()).isPositive();
    assertThat(Deadline.in(left).expired()).isFalse();
    assertThat(Deadline.in(LONGEST).expired()).isFalse();
    assertThat(Deadline.in(LONGEST)).isSameAs(Deadline.NONE);
  }

  @Test
  void shouldBeOverWhenItsTimeIs() {
    for (Duration past : new Duration[] {Duration.ZERO, LONGEST.negated()}) {
      Deadline over = Deadline.in(past);
      assertThat(over.expired()).isTrue();
      assertThat(over.remaining()).isZero();
      assertThatThrownBy(over::throwIfExpired).isInstanceOf(DeadlineExpiredException.class);
    }
    assertThatCode(Deadline.in(Duration.ofDays(36_000))::throwIfExpired).doesNotThrowAnyException();
  }
}
