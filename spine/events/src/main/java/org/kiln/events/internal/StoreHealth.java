package org.kiln.events.internal;

import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.events.check.Damage;

/** Tells of damage on the disk; what can be read is served all the same. */
final class StoreHealth implements PluginHealth {
  private final Damage damage;

  StoreHealth(Damage damage) {
    this.damage = damage;
  }

  @Override
  public Health check(Deadline deadline) {
    return damage.met() == 0
        ? new Health(Level.UP, "")
        : new Health(Level.DEGRADED, "Damage on the disk: " + damage.last());
  }
}
