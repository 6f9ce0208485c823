package org.kiln.sync;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.kiln.api.plugin.Deadline;

/** Time that passes when the test says so. */
final class HandTimer implements Timer {
  private static final int STEP_MS = 50;

  private record Due(long at, Runnable what) {}

  private final List<Due> due = new ArrayList<>();
  private final Runnable work;
  private long now = 1_000_000;

  /** With what others do in the meantime. */
  HandTimer(Runnable work) {
    this.work = work;
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public void after(long millis, Runnable what) {
    due.add(new Due(now + millis, what));
  }

  private Due next(long until) {
    Due next =
        due.stream()
            .filter(each -> each.at <= until)
            .min(Comparator.comparingLong(Due::at))
            .orElse(null);
    if (next != null) {
      due.remove(next);
      now = Math.max(now, next.at);
    }
    return next;
  }

  void pass(long millis) {
    long until = now() + millis;
    for (Due next = next(until); next != null; next = next(until)) {
      next.what.run();
    }
    now = until;
  }

  /** Lets time pass until it is so: whoever waits here is the only thread there is. */
  @Override
  public void await(CompletableFuture<?> end, Deadline deadline) {
    work.run();
    for (int i = 0; i < 10_000 && !end.isDone(); i++) {
      pass(STEP_MS);
      work.run();
    }
    if (!end.isDone()) {
      throw new AssertionError("It is never done");
    }
  }
}
