package org.kiln.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.http.HttpManners;
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
  private static final RouteTable NOTHING = new RouteTable(List.of());

  private record Key(String listener, String shape, String method) {}

  private final Lender<Key, ServedRoute> lender = new Lender<>();
  private final Map<HttpRoute, Claim<Key, ServedRoute>> claims = new IdentityHashMap<>();
  private final Map<Key, RouteTable.Entry> places = new LinkedHashMap<>();
  private final Map<String, RouteCounters> counted = new HashMap<>();
  private volatile Map<String, RouteTable> tables = Map.of();
  private volatile List<RouteCounters> counters = List.of();

  /** A route of the node's own listener has come. */
  public void add(HttpRoute route, Rank rank) {
    add(route, rank, Set.of(HttpManners.MAIN), HttpManners.CLIENTS);
  }

  /**
   * A route has come.
   *
   * @param rank which one is served where two claim the same place
   * @param listeners names of those it is served on
   * @param countedAs what the names of its numbers begin with
   * @throws IllegalArgumentException when its pattern is wrong
   */
  public void add(HttpRoute route, Rank rank, Set<String> listeners, String countedAs) {
    ServedRoute served = ServedRoute.of(route);
    String shape = served.pattern().shape();
    List<Key> keys =
        listeners.stream()
            .flatMap(
                listener ->
                    route.methods().stream().map(method -> new Key(listener, shape, method)))
            .toList();
    synchronized (this) {
      claims.put(route, lender.add(keys, served, rank));
      keys.forEach(key -> places.computeIfAbsent(key, k -> place(k, served.pattern(), countedAs)));
      rebuild();
    }
  }

  private RouteTable.Entry place(Key key, PathPattern pattern, String countedAs) {
    // The same route on several listeners is counted once.
    RouteCounters counts =
        counted.computeIfAbsent(
            countedAs + " " + key.method() + " " + pattern.text(),
            name -> new RouteCounters(countedAs, key.method(), pattern.text()));
    return new RouteTable.Entry(
        pattern.segments(), new Place(key.method(), counts, lender.at(key)));
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

  /** The routes of a listener. */
  RouteTable table(String listener) {
    return tables.getOrDefault(listener, NOTHING);
  }

  /** The counters of every place. */
  List<RouteCounters> counters() {
    return counters;
  }

  private void rebuild() {
    Map<String, List<RouteTable.Entry>> entries = new HashMap<>();
    places.forEach(
        (key, entry) ->
            entries.computeIfAbsent(key.listener(), name -> new ArrayList<>()).add(entry));
    Map<String, RouteTable> built = new HashMap<>();
    entries.forEach((listener, some) -> built.put(listener, new RouteTable(some)));
    tables = Map.copyOf(built);
    counters = places.values().stream().map(entry -> entry.place().counters()).distinct().toList();
  }
}
