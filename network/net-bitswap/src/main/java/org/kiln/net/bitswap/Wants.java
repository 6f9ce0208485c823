package org.kiln.net.bitswap;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.kiln.api.ipld.Cid;

/** Which sessions want which blocks. Thread-safe. */
final class Wants {
  private final Map<Cid, List<Session>> sessions = new ConcurrentHashMap<>();

  void add(Cid cid, Session session) {
    sessions.merge(
        cid,
        List.of(session),
        (known, one) -> Stream.concat(known.stream(), one.stream()).toList());
  }

  void remove(Cid cid, Session session) {
    sessions.computeIfPresent(
        cid,
        (key, known) -> {
          List<Session> left = known.stream().filter(other -> other != session).toList();
          return left.isEmpty() ? null : left;
        });
  }

  /** Those who want it; they want it no longer. */
  List<Session> take(Cid cid) {
    List<Session> all = sessions.remove(cid);
    return all == null ? List.of() : all;
  }

  /** Those who want it. */
  List<Session> of(Cid cid) {
    return sessions.getOrDefault(cid, List.of());
  }

  boolean contains(Cid cid) {
    return sessions.containsKey(cid);
  }

  int size() {
    return sessions.size();
  }
}
