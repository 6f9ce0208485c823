package org.kiln.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.api.plugin.PluginHealth.Health;
import org.kiln.api.plugin.PluginHealth.Level;

/** Asks every part of the node that can say whether it works. Thread-safe. */
public final class HealthChecks {
  private final Map<PluginHealth, String> parts = new ConcurrentHashMap<>();
  private final Duration timeout;

  /** Checks that may take that long each; they run side by side. */
  public HealthChecks(Duration timeout) {
    this.timeout = timeout;
  }

  /** A part has come. */
  public void add(PluginHealth part, String name) {
    parts.put(part, name);
  }

  /** A part has gone. */
  public void remove(PluginHealth part) {
    parts.remove(part);
  }

  /** What each part answers, by name. */
  Map<String, Health> ask() {
    Deadline deadline = Deadline.in(timeout);
    Map<String, List<FutureTask<Health>>> asked = new TreeMap<>();
    parts.forEach(
        (part, name) -> {
          FutureTask<Health> task = new FutureTask<>(() -> part.check(deadline));
          Thread.ofVirtual().name("kiln-health-" + name).start(task);
          asked.computeIfAbsent(name, n -> new ArrayList<>()).add(task);
        });
    Map<String, Health> answers = new TreeMap<>();
    asked.forEach(
        (name, tasks) ->
            tasks.forEach(
                task -> answers.merge(name, answer(task, deadline), HealthChecks::worse)));
    return answers;
  }

  private static Health answer(FutureTask<Health> task, Deadline deadline) {
    try {
      return task.get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Health(Level.DOWN, "No answer in time");
    } catch (ExecutionException e) {
      return new Health(Level.DOWN, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Health(Level.DOWN, "Interrupted");
    }
  }

  private static Health worse(Health one, Health other) {
    return one.level().compareTo(other.level()) >= 0 ? one : other;
  }
}
