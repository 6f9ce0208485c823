package org.kiln.feed;

import java.util.Comparator;
import java.util.function.BooleanSupplier;

/**
 * A service that would be called under a name.
 *
 * @param plugin the symbolic name of its bundle
 * @param ranking its service ranking; of several the highest is called
 * @param serviceId of equal ranking the lowest is called
 * @param taker the service, behind its plugin's guard
 * @param leave tells the guard that the service goes, see {@code PluginGuards.Guarded}
 * @param quiet whether no call of it runs, those that nobody waits for included
 */
public record Candidate(
    String plugin,
    int ranking,
    long serviceId,
    Taker<?> taker,
    Runnable leave,
    BooleanSupplier quiet) {
  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingInt(Candidate::ranking)
          .reversed()
          .thenComparingLong(Candidate::serviceId);
}
