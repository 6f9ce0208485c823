package org.kiln.http;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.lending.Claim;
import org.kiln.core.lending.Lender;
import org.kiln.core.lending.Rank;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that are there now. The only part of the gateway that holds a route's service object.
 * Thread-safe; readers take no lock.
 */
public final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private record Key(String shape, String method) {}

  private final Lender<Key, ServedRoute> lender = new Lender<>();
  private final Map<HttpRoute, Claim<Key, ServedRoute>> claims = new IdentityHashMap<>();
  private final Map<Key, RouteTable.Entry> places = new LinkedHashMap<>();
  private volatile RouteTable table = new RouteTable(List.of());
  private volatile List<RouteCounters> counters = List.of();

  /**
   * A route has come.
   *
   * @param rank which one is served where two claim the same place
   * @throws IllegalArgumentException when its pattern is wrong
   */
  public void add(HttpRoute route, Rank rank) {
    ServedRoute served = ServedRoute.of(route);
    List<Key> keys =
        route.methods().stream().map(method -> new Key(served.pattern().shape(), method)).toList();
    synchronized (this) {
      claims.put(route, lender.add(keys, served, rank));
      keys.forEach(key -> places.computeIfAbsent(key, k -> place(k, served.pattern())));
      rebuild();
    }
  }

  private RouteTable.Entry place(Key key, PathPattern pattern) {
    RouteCounters counted = new RouteCounters(key.method(), pattern.text());
    return new RouteTable.Entry(
        pattern.segments(), new Place(key.method(), counted, lender.at(key)));
  }

  /**
   * A route leaves: nobody enters it any more; comes back when all are out or the time is over.
   *
   * @param drain how long those inside have
   * @param window how long after that a successor is expected
   */
  public void remove(HttpRoute route, Duration drain, Duration window) {
    Claim<Key, ServedRoute> claim;
    synchronized (this) {
      claim = claims.remove(route);
    }
    int left = claim == null ? 0 : claim.withdraw(drain, window);
    if (left > 0) {
      LOG.warn("Route {} left with {} calls inside", claim.service().pattern().text(), left);
    }
  }

  /** Forgets places whose routes have left for good. */
  synchronized void prune() {
    if (places.keySet().removeIf(lender::forget)) {
      rebuild();
    }
  }

  /** Requests wait for no successor any more. */
  public void close() {
    lender.close();
  }

  RouteTable table() {
    return table;
  }

  /** The counters of every place. */
  List<RouteCounters> counters() {
    return counters;
  }

  private void rebuild() {
    table = new RouteTable(places.values());
    counters = places.values().stream().map(entry -> entry.place().counters()).toList();
  }
}
