package org.kiln.streams.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.StreamId;
import org.kiln.streams.Scene;

class OwedTest {
  private static final StreamId ONE = Scene.id(Scene.init("one"));
  private static final StreamId OTHER = Scene.id(Scene.init("other"));

  private final AtomicLong now = new AtomicLong();
  private final Owed owed = new Owed(2, now::get);

  @Test
  void shouldBeDueAtOnceWithAllThatIsSettledThen() {
    assertThat(owed.nextNanos()).isEqualTo(Long.MAX_VALUE);
    owed.add(ONE, List.of(1L));
    owed.add(ONE, List.of(2L));
    assertThat(owed.nextNanos()).isZero();
    assertThat(owed.takeDue(10)).isEqualTo(Map.of(ONE, List.of(1L, 2L)));
    owed.tried();
    assertThat(owed.takeDue(10)).isEmpty();
  }

  @Test
  void shouldPauseLongerEachTimeItCannotBeDerived() {
    owed.add(ONE, List.of(1L));
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      assertThat(owed.takeDue(10)).containsOnlyKeys(ONE);
      owed.add(ONE, List.of());
      owed.tried();
      long pause = owed.nextNanos();
      pauses.add(Duration.ofNanos(pause).toSeconds());
      now.addAndGet(pause - 1);
      assertThat(owed.takeDue(10)).isEmpty();
      now.addAndGet(1);
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 600L, 600L);
  }

  @Test
  void shouldNotPauseLessBecauseSomebodyAsks() {
    owed.add(ONE, List.of());
    owed.takeDue(10);
    owed.add(ONE, List.of());
    owed.tried();
    owed.add(ONE, List.of(7L));
    assertThat(owed.takeDue(10)).isEmpty();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(owed.takeDue(10)).isEqualTo(Map.of(ONE, List.of(7L)));
  }

  @Test
  void shouldBeginAnewWithOneThatWasDerived() {
    owed.add(ONE, List.of());
    owed.takeDue(10);
    owed.add(ONE, List.of());
    owed.tried();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    owed.takeDue(10);
    owed.tried();
    owed.add(ONE, List.of());
    assertThat(owed.nextNanos()).isZero();
  }

  @Test
  void shouldBeDueAtOnceWhenItWasDerivedBesideItsPause() {
    owed.add(ONE, List.of(1L));
    owed.takeDue(10);
    owed.add(ONE, List.of(2L));
    owed.tried();
    assertThat(owed.nextNanos()).isPositive();
    assertThat(owed.addDerived(ONE)).isTrue();
    assertThat(owed.takeDue(10)).isEqualTo(Map.of(ONE, List.of(2L)));
  }

  @Test
  void shouldTakeNoMoreThanItCanHoldOrIsAskedFor() {
    StreamId third = Scene.id(Scene.init("third"));
    assertThat(owed.add(ONE, List.of())).isTrue();
    assertThat(owed.add(OTHER, List.of())).isTrue();
    assertThat(owed.add(third, List.of())).isFalse();
    assertThat(owed.addDerived(third)).isFalse();
    assertThat(owed.add(ONE, List.of())).as("it is there already").isTrue();
    assertThat(owed.takeDue(1)).containsOnlyKeys(ONE);
    assertThat(owed.takeDue(1)).containsOnlyKeys(OTHER);
  }
}
