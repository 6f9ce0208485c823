package org.kiln.streams.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.StreamId;
import org.kiln.streams.Scene;

class LanesTest {
  private final Lanes lanes = new Lanes();
  private final StreamId one = Scene.id(Scene.init("one"));
  private final StreamId other = Scene.id(Scene.init("other"));

  @Test
  void rejectsASecondLaneWhicheverItIs() throws Exception {
    try (Lanes.Held lane = lanes.enter(one, Scene.in(5))) {
      for (StreamId stream : List.of(one, other)) {
        assertThatThrownBy(() -> lanes.enter(stream, Scene.in(5)))
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lanes.enterAll(List.of(stream), Scene.in(5)))
            .isInstanceOf(IllegalStateException.class);
      }
    }
    try (Lanes.Held both = lanes.enterAll(List.of(one, other), Scene.in(5))) {
      assertThatThrownBy(() -> lanes.enter(other, Scene.in(5)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(both).isNotNull();
    }
    lanes.enter(other, Scene.in(5)).close();
  }
}
