package org.kiln.net.recon;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
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

  private static final int MAX_OFFERED = 256;

  /** Values that are remembered of all peers together: some 25 MB. */
  static final int MAX_TRIES = 32 * Offered.MOST_TRIES;

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
  private final Map<Place, Offered> offered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Offered> eldest) {
          return size() > MAX_OFFERED;
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
    long version = space.version();
    return at(peer, space, standing -> standing.dueIn(version, nanos.getAsLong()));
  }

  /** Whether there is anything here that is new to it, and that it does not ask for by itself. */
  boolean hasNewsFor(PeerId peer, Space space) {
    long version = space.version();
    return at(peer, space, standing -> standing.hasNews(version, nanos.getAsLong()));
  }

  /** Whether it has a conversation with us that it began. */
  synchronized boolean isHeard(PeerId peer, Space space) {
    return inbound.contains(new Place(peer, space.protocol()));
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

  /** What it is given in a conversation that begins, in either role. */
  synchronized Offered.Round offers(PeerId peer, Space space) {
    Offered asked =
        offered.computeIfAbsent(
            new Place(peer, space.protocol()), at -> new Offered(nanos, Math::random));
    // Whoever refuses much costs those who were talked to longest ago.
    for (Iterator<Offered> eldest = offered.values().iterator(); tries() > MAX_TRIES; ) {
      eldest.next();
      eldest.remove();
    }
    return asked.begin();
  }

  /** How many values are remembered, of all peers together. */
  synchronized int tries() {
    return offered.values().stream().mapToInt(Offered::size).sum();
  }

  /** A conversation it began is over. */
  synchronized void over(PeerId peer, Space space) {
    inbound.remove(new Place(peer, space.protocol()));
  }

  /**
   * A conversation came to its end.
   *
   * @param version of the space when it began
   * @param tells whether the peer says by itself when it has something new
   */
  void ended(PeerId peer, Space space, Talk talk, long version, boolean tells) {
    at(
        peer,
        space,
        standing -> {
          standing.ended(talk, version, tells, nanos.getAsLong());
          return null;
        });
  }

  /**
   * A conversation was broken off.
   *
   * @param gave whether the peer was given anything in it
   * @return how often in a row that was the peer's fault
   */
  int failed(PeerId peer, Space space, String why, boolean gave) {
    return at(
        peer,
        space,
        standing -> {
          standing.failed(why, gave, nanos.getAsLong());
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

  /** With whom it stands how, of those that were talked to, the newest last. */
  synchronized List<PeerStanding> shown() {
    long now = nanos.getAsLong();
    List<PeerStanding> all = new ArrayList<>();
    standings.forEach(
        (place, standing) -> standing.shown(place.peer(), place.space(), now).ifPresent(all::add));
    return all;
  }
}
