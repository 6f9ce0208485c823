package org.kiln.streams.waiting;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Without a thread and without a clock: what waits is run when the test says so. */
final class LaterByHand implements Later {
  private record Task(Duration pause, Runnable task) {}

  private final List<Task> tasks = new ArrayList<>();

  @Override
  public void run(Duration pause, Runnable task) {
    tasks.add(new Task(pause, task));
  }

  /** The pauses of what waits. */
  List<Duration> pauses() {
    return tasks.stream().map(Task::pause).toList();
  }

  /** Runs what waits, but not what is put off while it runs. */
  void turn() {
    List<Task> due = List.copyOf(tasks);
    tasks.clear();
    due.forEach(task -> task.task().run());
  }

  @Override
  public void close() {
    tasks.clear();
  }
}
