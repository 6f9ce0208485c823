package org.kiln.core.guard.internal;

import java.time.Duration;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.core.guard.PluginUnavailableException;

/**
 * A plugin's word on its own health. That none comes is worth an operator's look, but does not take
 * the node away from everybody who needs nothing of that plugin.
 */
final class GuardedHealth implements PluginHealth {
  private static final long MAX_MS = 60_000;

  private final PluginHealth health;
  private final PluginThreads threads;

  GuardedHealth(PluginHealth health, PluginThreads threads) {
    this.health = health;
    this.threads = threads;
  }

  @Override
  public Health check(Deadline deadline) {
    // Somewhat earlier than the one who asks, who would otherwise have to guess whom to name.
    Deadline own =
        Deadline.in(Duration.ofMillis(Math.min(deadline.remaining().toMillis(), MAX_MS) * 3 / 4));
    try {
      return threads.call(
          this,
          "PluginHealth.check",
          own,
          caller -> {
            Health answer = Checked.present(health.check(own), "it");
            return new Health(
                Checked.present(answer.level(), "level()"), String.valueOf(answer.message()));
          });
    } catch (PluginUnavailableException e) {
      return new Health(Level.DEGRADED, e.getMessage());
    }
  }
}
