package org.kiln.events.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.plugin.Deadline;

@Timeout(60)
class DeadlineWatchTest {
  private final SubmissionQueue queue = new SubmissionQueue(100, 1 << 20);
  private final DeadlineWatch watch = new DeadlineWatch(queue);

  @AfterEach
  void close() {
    watch.close();
  }

  private static Submission late() {
    return new Submission(List.of(), batch -> {}, true, Deadline.in(Duration.ZERO));
  }

  private void awaitSleep() {
    while (watch.state() != Thread.State.WAITING) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void shouldSleepWhileNobodyWaitsAndWakeForWhoDoes() throws Exception {
    watch.start();
    for (int i = 0; i < 3; i++) {
      awaitSleep();
      Submission late = late();
      queue.put(late, Deadline.NONE);
      assertThat(late.await()).isFalse();
      // The writer comes to it, and passes it over.
      assertThat(queue.take(100, 1 << 20, 1)).isEmpty();
    }
  }

  @Test
  void shouldSeeWhoCameBeforeIt() throws Exception {
    Submission late = late();
    queue.put(late, Deadline.NONE);
    watch.start();
    assertThat(late.await()).isFalse();
  }

  @Test
  void shouldEndWhenItIsClosed() {
    watch.start();
    awaitSleep();
    watch.close();
    while (watch.state() != Thread.State.TERMINATED) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
