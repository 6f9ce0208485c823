package org.kiln.events.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.plugin.Deadline;

@Timeout(60)
class SubmissionQueueTest {
  private static Submission submission(Deadline deadline) {
    return new Submission(List.of(), batch -> {}, true, deadline);
  }

  @Test
  void shouldLetGoWhoHasWaitedTooLongAndNobodyElse() throws Exception {
    SubmissionQueue queue = new SubmissionQueue(100, 1 << 20);
    Submission late = submission(Deadline.in(Duration.ZERO));
    Submission patient = submission(Deadline.NONE);
    queue.put(late, Deadline.NONE);
    queue.put(patient, Deadline.NONE);
    queue.withdrawLate();
    assertThat(late.await()).isFalse();
    assertThat(queue.take(100, 1 << 20, TimeUnit.HOURS.toNanos(1))).containsExactly(patient);
    assertThat(queue.events()).isZero();
    queue.withdrawLate();
    patient.complete();
    assertThat(patient.await()).isTrue();
  }

  @Test
  void shouldNotLetGoWhatTheWriterHasTaken() throws Exception {
    SubmissionQueue queue = new SubmissionQueue(100, 1 << 20);
    Submission late = submission(Deadline.in(Duration.ZERO));
    queue.put(late, Deadline.NONE);
    assertThat(queue.take(100, 1 << 20, TimeUnit.HOURS.toNanos(1))).containsExactly(late);
    late.withdrawIfLate();
    late.complete();
    assertThat(late.await()).isTrue();
  }
}
