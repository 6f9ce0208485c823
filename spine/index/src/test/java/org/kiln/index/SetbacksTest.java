package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SetbacksTest {
  private final Setbacks setbacks = new Setbacks();

  private List<Setbacks.Setback> after(long... millis) {
    List<Setbacks.Setback> all = new ArrayList<>();
    LongStream.of(millis).forEach(took -> all.add(setbacks.after(Duration.ofMillis(took))));
    return all;
  }

  private static List<Long> seconds(List<Setbacks.Setback> setbacks) {
    return setbacks.stream().map(setback -> setback.pause().toSeconds()).toList();
  }

  private static List<Boolean> news(List<Setbacks.Setback> setbacks) {
    return setbacks.stream().map(Setbacks.Setback::news).toList();
  }

  @Test
  void shouldPauseLongerEachTimeAndBeNewsOnce() {
    List<Setbacks.Setback> row = after(new long[12]);

    assertThat(seconds(row))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L);
    assertThat(news(row).subList(0, 3)).containsExactly(false, false, true);
    assertThat(news(row).subList(3, 12)).containsOnly(false);
    assertThat(seconds(after(new long[100]))).containsOnly(300L);
  }

  @Test
  void shouldPauseTenTimesAsLongAsATryTakesAndSaySoAtOnce() {
    List<Setbacks.Setback> row = after(60_000, 60_000, 900_000);

    assertThat(seconds(row)).containsExactly(600L, 600L, 3_600L);
    assertThat(news(row)).containsExactly(true, false, false);
  }

  @Test
  void shouldBeginAgainOnceItGoesOn() {
    IntStream.range(0, 5).forEach(i -> after(5_000));
    setbacks.over();

    List<Setbacks.Setback> row = after(0, 3_000);

    assertThat(seconds(row)).containsExactly(1L, 30L);
    assertThat(news(row)).containsExactly(false, true);
  }
}
