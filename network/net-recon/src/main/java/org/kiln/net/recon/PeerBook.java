package org.kiln.net.recon;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.kiln.api.net.PeerId;
import org.kiln.net.recon.talk.Space;
import org.kiln.net.recon.talk.Talk;

/** What is known of peers, of those that were here too, within bounds. Thread-safe. */
final class PeerBook {
  private static final int MAX_STANDINGS = 2_048;

  private record Place(PeerId peer, String space) {}

  private final ReconSettings settings;
  private final LongSupplier nanos;
  private final Map<Place, Standing> standings =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Standing> eldest) {
          return size() > MAX_STANDINGS;
        }
      };
  private final Set<Place> inbound = new HashSet<>();

  PeerBook(ReconSettings settings, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
  }

  private synchronized <T> T at(PeerId peer, Space space, Function<Standing, T> ask) {
    return ask.apply(
        standings.computeIfAbsent(
            new Place(peer, space.protocol()), at -> new Standing(settings, nanos.getAsLong())));
  }

  /** Nanoseconds until our next conversation with that peer is due. */
  long dueIn(PeerId peer, Space space) {
    return at(peer, space, standing -> standing.dueIn(nanos.getAsLong()));
  }

  /** Nanoseconds since it began one. */
  long silentFor(PeerId peer, Space space) {
    return at(peer, space, standing -> standing.silentFor(nanos.getAsLong()));
  }

  /**
   * A peer begins a conversation.
   *
   * @return whether it is had: the peer has none about that space, and need not rest
   */
  synchronized boolean begins(PeerId peer, Space space) {
    long now = nanos.getAsLong();
    if (inbound.size() >= settings.inbound() || at(peer, space, s -> s.rests(now))) {
      return false;
    }
    at(
        peer,
        space,
        standing -> {
          standing.heard(now);
          return null;
        });
    return inbound.add(new Place(peer, space.protocol()));
  }

  /** Such a one is over. */
  synchronized void over(PeerId peer, Space space) {
    inbound.remove(new Place(peer, space.protocol()));
  }

  void ended(PeerId peer, Space space, Talk talk) {
    at(
        peer,
        space,
        standing -> {
          standing.ended(talk, space.version(), nanos.getAsLong());
          return null;
        });
  }

  /** Answers how often in a row that was. */
  int failed(PeerId peer, Space space, String why) {
    return at(
        peer,
        space,
        standing -> {
          standing.failed(why, nanos.getAsLong());
          return standing.failures();
        });
  }

  /** Below 0 for each failure since it last went well; empty for peers nobody has talked to. */
  synchronized OptionalDouble score(PeerId peer) {
    int failures = 0;
    boolean known = false;
    for (Map.Entry<Place, Standing> entry : standings.entrySet()) {
      if (entry.getKey().peer().equals(peer)) {
        known = true;
        failures += entry.getValue().failures();
      }
    }
    return known ? OptionalDouble.of(-failures) : OptionalDouble.empty();
  }

  /** Peers with whom a space was the same when they were last talked to. */
  synchronized int inSync(Space space) {
    return (int)
        standings.entrySet().stream()
            .filter(entry -> entry.getKey().space().equals(space.protocol()))
            .filter(entry -> entry.getValue().same())
            .count();
  }
}
