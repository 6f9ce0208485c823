package org.kiln.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpRoute;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that are there now. The only part of the gateway that holds a route's service object.
 * Thread-safe; readers take no lock.
 */
public final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private record Key(String shape, String method) {}

  private record Located(List<String> segments, Place place) {}

  private final Map<Key, Located> places = new LinkedHashMap<>();
  private final Map<HttpRoute, RouteSlot> slots = new IdentityHashMap<>();
  private volatile RouteTable table = new RouteTable(List.of());
  private volatile List<RouteCounters> counters = List.of();

  /**
   * A route has come.
   *
   * @param ranking the higher one wins where two claim the same place
   * @param serviceId then the lower one
   * @throws IllegalArgumentException when its pattern is wrong
   */
  public void add(HttpRoute route, int ranking, long serviceId) {
    RouteSlot slot = new RouteSlot(route, ranking, serviceId);
    synchronized (this) {
      slots.put(route, slot);
      for (String method : route.methods()) {
        Key key = new Key(slot.pattern().shape(), method);
        places
            .computeIfAbsent(
                key,
                k ->
                    new Located(
                        slot.pattern().segments(), new Place(method, slot.pattern().text())))
            .place()
            .add(slot);
      }
      rebuild();
    }
  }

  /** A route leaves: nobody enters it any more; comes back when all are out or the time is over. */
  public void remove(HttpRoute route, Duration drainTimeout) {
    RouteSlot slot;
    synchronized (this) {
      slot = slots.remove(route);
      if (slot == null) {
        return;
      }
      for (Located located : places.values()) {
        located.place().remove(slot);
      }
    }
    int left = slot.drain(drainTimeout);
    if (left > 0) {
      LOG.warn("Route {} left with {} calls inside", slot.pattern().text(), left);
    }
  }

  /** Forgets places whose routes have left for good. */
  synchronized void prune(Duration window) {
    if (places.values().removeIf(located -> !located.place().alive(window.toNanos()))) {
      rebuild();
    }
  }

  RouteTable table() {
    return table;
  }

  /** The counters of every place. */
  List<RouteCounters> counters() {
    return counters;
  }

  private void rebuild() {
    List<RouteTable.Entry> entries = new ArrayList<>();
    List<RouteCounters> found = new ArrayList<>();
    for (Located located : places.values()) {
      entries.add(new RouteTable.Entry(located.segments(), located.place()));
      found.add(located.place().counters());
    }
    table = new RouteTable(entries);
    counters = List.copyOf(found);
  }
}
