package org.kiln.streams.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.StreamId;
import org.kiln.streams.Scene;

class StreamLocksTest {
  private final StreamLocks locks = new StreamLocks();
  private final StreamId one = Scene.id(Scene.init("one"));
  private final StreamId other = Scene.id(Scene.init("other"));

  @Test
  void rejectsASecondLaneWhicheverItIs() throws Exception {
    try (StreamLocks.Held lock = locks.enter(one, Scene.in(5))) {
      for (StreamId stream : List.of(one, other)) {
        assertThatThrownBy(() -> locks.enter(stream, Scene.in(5)))
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> locks.enterAll(List.of(stream), Scene.in(5)))
            .isInstanceOf(IllegalStateException.class);
      }
    }
    try (StreamLocks.Held both = locks.enterAll(List.of(one, other), Scene.in(5))) {
      assertThatThrownBy(() -> locks.enter(other, Scene.in(5)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(both).isNotNull();
    }
    locks.enter(other, Scene.in(5)).close();
  }
}
