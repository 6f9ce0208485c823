package org.kiln.core.lending;

import java.util.Map;
import org.osgi.framework.Constants;

/**
 * The order of services that claim the same key: those of bundles that ship with the node first, so
 * that nothing that is installed later can take the place of one that runs; then the framework's
 * order, the higher ranking first, then the older service.
 *
 * @param shipped whether it came with the node
 * @param ranking {@code service.ranking}
 * @param serviceId {@code service.id}
 */
public record Rank(boolean shipped, int ranking, long serviceId) implements Comparable<Rank> {
  /** Of a service whose origin makes no difference. */
  public Rank(int ranking, long serviceId) {
    this(false, ranking, serviceId);
  }

  /** Of a service with those properties. */
  public static Rank of(boolean shipped, Map<String, Object> properties) {
    return new Rank(
        shipped,
        properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
        properties.get(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE);
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
