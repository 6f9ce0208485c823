package org.kiln.streams.derive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastFewTest {
  private final AtomicLong now = new AtomicLong();
  private final LastFew<String, Integer> few =
      new LastFew<>(3, 100, Duration.ofMinutes(10), now::get);

  @Test
  void shouldHandOverOnce() {
    few.put("a", 1, 10);
    assertThat(few.take("a")).contains(1);
    assertThat(few.take("a")).isEmpty();
  }

  @Test
  void shouldLetTheOldestGoByNumber() {
    for (int i = 0; i < 4; i++) {
      few.put("k" + i, i, 1);
    }
    assertThat(few.take("k0")).isEmpty();
    assertThat(few.take("k1")).contains(1);
  }

  @Test
  void shouldLetTheOldestGoByWeight() {
    few.put("a", 1, 60);
    few.put("b", 2, 30);
    few.put("c", 3, 30);
    assertThat(few.take("a")).isEmpty();
    assertThat(few.take("b")).contains(2);
    assertThat(few.take("c")).contains(3);
  }

  @Test
  void shouldKeepTheNewestWhateverItWeighs() {
    few.put("a", 1, 60);
    few.put("giant", 2, 1_000);
    assertThat(few.take("a")).isEmpty();
    assertThat(few.take("giant")).contains(2);
    few.put("b", 3, 60);
    few.put("c", 4, 40);
    assertThat(few.take("b")).as("what is handed over weighs nothing here").contains(3);
  }

  @Test
  void shouldWeighWhatReplacesAnotherAlone() {
    few.put("a", 1, 60);
    few.put("b", 2, 40);
    few.put("b", 3, 40);
    assertThat(few.take("a")).contains(1);
    assertThat(few.take("b")).contains(3);
  }

  @Test
  void shouldForgetAfterATime() {
    few.put("a", 1, 60);
    now.addAndGet(Duration.ofMinutes(11).toNanos());
    assertThat(few.take("a")).isEmpty();
  }
}
