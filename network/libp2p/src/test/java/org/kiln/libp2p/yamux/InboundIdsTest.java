package org.kiln.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InboundIdsTest {
  private final InboundIds ids = new InboundIds();

  @Test
  void shouldTakeEachNumberOnceInAnyNearbyOrder() {
    List<Integer> block = new ArrayList<>();
    Random random = new Random(1);
    for (int id = 1; id < 200_000; id += 2) {
      block.add(id);
      if (block.size() == 1000) {
        Collections.shuffle(block, random);
        for (int each : block) {
          assertThat(ids.use(each)).as("%d", each).isTrue();
        }
        for (int each : block) {
          assertThat(ids.use(each)).as("%d again", each).isFalse();
        }
        block.clear();
      }
    }
  }

  @Test
  void shouldTakeNumbersBetweenAfterALeap() {
    int far = 2 * (InboundIds.WINDOW + 10);
    assertThat(ids.use(2)).isTrue();
    assertThat(ids.use(far)).isTrue();
    assertThat(ids.use(far - 2)).isTrue();
    assertThat(ids.use(far - 2)).isFalse();
    assertThat(ids.use(far - 2 * (InboundIds.WINDOW - 1))).isTrue();
    assertThat(ids.use(far)).isFalse();
  }

  @Test
  void rejectsWhatMayHaveBeenUsed() {
    int high = 2 * InboundIds.WINDOW + 1;
    assertThat(ids.use(high)).isTrue();
    assertThat(ids.use(1)).isFalse();
    assertThat(ids.use(3)).isTrue();
  }

  @Test
  void shouldKnowTheLastNumberThereIs() {
    assertThat(ids.use(0xffff_fffd)).isTrue();
    assertThat(ids.use(0xffff_ffff)).isTrue();
    assertThat(ids.use(0xffff_fffd)).isFalse();
    assertThat(ids.use(5)).isFalse();
  }
}
