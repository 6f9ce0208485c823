package org.kiln.libp2p.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.libp2p.mux.MuxStream;

/** The connections there are, by peer, and what they are worth. Thread-safe. */
final class Peers {
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long YOUNG_STREAM_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Map<PeerId, List<Connection>> connections = new HashMap<>();
  private final Map<PeerId, Map<String, Integer>> tags = new HashMap<>();
  private final int perPeer;

  Peers(int perPeer) {
    this.perPeer = perPeer;
  }

  /**
   * Takes in a connection. Two to one peer are lawful, both sides may have dialled at once; for one
   * more the oldest without streams must go.
   *
   * @return whether it was taken
   */
  synchronized boolean add(Connection connection) {
    List<Connection> known =
        connections.computeIfAbsent(connection.peer(), id -> new ArrayList<>());
    if (known.size() >= perPeer) {
      Optional<Connection> idle =
          known.stream().filter(old -> old.muxer().streams().isEmpty()).findFirst();
      if (idle.isEmpty()) {
        return false;
      }
      known.remove(idle.get());
      idle.get().close();
    }
    known.add(connection);
    return true;
  }

  synchronized void remove(Connection connection) {
    PeerId peer = connection.peer();
    List<Connection> known = connections.get(peer);
    if (known != null && known.remove(connection) && known.isEmpty()) {
      connections.remove(peer);
      tags.remove(peer);
    }
  }

  /** The newest usable connection to that peer. */
  synchronized Optional<Connection> best(PeerId peer) {
    List<Connection> known = connections.getOrDefault(peer, List.of());
    for (int i = known.size() - 1; i >= 0; i--) {
      if (known.get(i).usable()) {
        return Optional.of(known.get(i));
      }
    }
    return Optional.empty();
  }

  synchronized List<Connection> of(PeerId peer) {
    return List.copyOf(connections.getOrDefault(peer, List.of()));
  }

  synchronized List<Connection> all() {
    return connections.values().stream().flatMap(Collection::stream).toList();
  }

  /** That peer as the newest connection shows it, with what it said on any of them. */
  synchronized Optional<PeerInfo> info(PeerId peer) {
    List<Connection> known = connections.getOrDefault(peer, List.of());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    PeerInfo newest = known.get(known.size() - 1).info();
    Set<String> protocols = new LinkedHashSet<>();
    String agent = "";
    for (Connection connection : known) {
      protocols.addAll(connection.identified().protocols());
      agent = connection.identified().agent().orElse(agent);
    }
    return Optional.of(
        PeerInfo.of(peer, newest.address())
            .connected(newest.outbound(), newest.since())
            .muxer(newest.muxer())
            .agent(agent)
            .protocols(protocols)
            .listenAddresses(newest.listenAddresses())
            .build());
  }

  synchronized List<PeerInfo> infos() {
    return connections.keySet().stream().flatMap(peer -> info(peer).stream()).toList();
  }

  synchronized void tag(PeerId peer, String tag, int value) {
    if (value == 0) {
      tags.computeIfPresent(
          peer,
          (id, known) -> {
            known.remove(tag);
            return known.isEmpty() ? null : known;
          });
    } else if (connections.containsKey(peer)) {
      tags.computeIfAbsent(peer, id -> new HashMap<>()).put(tag, value);
    }
  }

  synchronized int value(PeerId peer) {
    return tags.getOrDefault(peer, Map.of()).values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Whether a connection is in use, or worth something to anyone. */
  synchronized boolean wanted(Connection connection) {
    return value(connection.peer()) > 0 || !connection.muxer().streams().isEmpty();
  }

  /** Connections worth nothing to anyone that have had no stream for that long. */
  synchronized List<Connection> idle(long nanos) {
    return all().stream()
        .filter(
            connection -> {
              boolean extra = of(connection.peer()).size() > 1;
              return (extra || value(connection.peer()) == 0) && connection.idleNanos() > nanos;
            })
        .toList();
  }

  /** The least valuable connections, as many as are too many; young ones are spared. */
  synchronized List<Connection> surplus(int trimAbove, int trimTo) {
    List<Connection> all = all();
    if (all.size() <= trimAbove) {
      return List.of();
    }
    long now = System.nanoTime();
    return all.stream()
        .filter(connection -> now - connection.sinceNanos() > YOUNG_NANOS)
        .filter(
            connection ->
                connection.muxer().streams().stream()
                    .map(MuxStream::openedNanos)
                    .noneMatch(opened -> now - opened < YOUNG_STREAM_NANOS))
        .sorted(Comparator.comparingInt(connection -> value(connection.peer())))
        .limit(all.size() - trimTo)
        .toList();
  }
}
