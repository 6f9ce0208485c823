package org.kiln.http;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.kiln.core.http.HttpManners;

/** Which API has manners of its own, by listener. Thread-safe; readers take no lock. */
public final class Manners {
  private final Map<HttpManners, Set<String>> known = new ConcurrentHashMap<>();
  private volatile Map<String, List<HttpManners>> byListener = Map.of();

  /** One has come. */
  public void add(HttpManners manners, Set<String> listeners) {
    known.put(manners, listeners);
    rebuild();
  }

  /** One goes; its paths are answered in the gateway's own ways then. */
  public void remove(HttpManners manners) {
    known.remove(manners);
    rebuild();
  }

  private synchronized void rebuild() {
    Map<String, List<HttpManners>> built = new ConcurrentHashMap<>();
    known.forEach(
        (manners, listeners) ->
            listeners.forEach(
                listener ->
                    built.merge(
                        listener,
                        List.of(manners),
                        (some, more) -> Stream.concat(some.stream(), more.stream()).toList())));
    byListener = built;
  }

  /** Those of a path; null when it has none but the gateway's. */
  HttpManners of(String listener, String path) {
    for (HttpManners manners : byListener.getOrDefault(listener, List.of())) {
      if (manners.covers(path)) {
        return manners;
      }
    }
    return null;
  }
}
