package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrideTest {
  private final Stride stride = new Stride();

  private List<Integer> after(int... millis) {
    List<Integer> sizes = new ArrayList<>();
    for (int time : millis) {
      stride.took(Duration.ofMillis(time));
      sizes.add(stride.changes());
    }
    return sizes;
  }

  @Test
  void shouldBeAsLongAsNewChangesHardlyNotice() {
    assertThat(stride.changes()).isEqualTo(500);
    assertThat(after(10, 20, 40, 80)).containsExactly(1_000, 2_000, 4_000, 4_000);
    assertThat(after(300, 500, 300, 900, 900, 900))
        .containsExactly(4_000, 2_000, 2_000, 1_000, 500, 500);
  }
}
