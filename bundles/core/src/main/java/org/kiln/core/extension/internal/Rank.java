package org.kiln.core.extension.internal;

/**
 * The framework's order of services: the higher ranking first, then the older service.
 *
 * @param ranking {@code service.ranking}
 * @param serviceId {@code service.id}
 */
record Rank(int ranking, long serviceId) implements Comparable<Rank> {
  @Override
  public int compareTo(Rank other) {
    int byRanking = Integer.compare(other.ranking, ranking);
    return byRanking != 0 ? byRanking : Long.compare(serviceId, other.serviceId);
  }
}
