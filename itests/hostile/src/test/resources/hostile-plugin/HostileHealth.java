package com.example.hostile;

import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.PluginHealth;

/** Well for the first two questions, and then never heard of again. */
public final class HostileHealth implements PluginHealth {
  private int asked;

  @Override
  public synchronized Health check(Deadline deadline) {
    while (asked++ > 1) {
      try {
        wait();
      } catch (InterruptedException e) {
        // It does not care.
      }
    }
    return new Health(Level.UP, "");
  }
}
