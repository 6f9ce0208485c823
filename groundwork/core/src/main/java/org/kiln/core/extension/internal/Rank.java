package org.kiln.core.extension.internal;

/**
 * The order of services: those of bundles that ship with the node first, so that nothing that is
 * installed later can take the place of one that runs; then the framework's order, the higher
 * ranking first, then the older service.
 *
 * @param shipped whether it came with the node
 * @param ranking {@code service.ranking}
 * @param serviceId {@code service.id}
 */
record Rank(boolean shipped, int ranking, long serviceId) implements Comparable<Rank> {
  /** Of a service whose origin makes no difference. */
  Rank(int ranking, long serviceId) {
    this(false, ranking, serviceId);
  }

  @Override
  public int compareTo(Rank other) {
    if (shipped != other.shipped) {
      return shipped ? -1 : 1;
    }
    int byRanking = Integer.compare(other.ranking, ranking);
    return byRanking != 0 ? byRanking : Long.compare(serviceId, other.serviceId);
  }
}
