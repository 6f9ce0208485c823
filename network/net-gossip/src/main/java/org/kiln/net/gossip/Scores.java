package org.kiln.net.gossip;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kiln.api.net.PeerId;

/**
 * How well peers behave: invalid messages (P4), what the application says (P5), peers on one
 * address (P6) and misbehaviour (P7) count against them; nothing counts for them, since the traffic
 * on Ceramic's topics is too low to tell a good peer by what it delivers. Who leaves keeps what
 * counts against it for an hour. Not thread-safe.
 */
final class Scores {
  private static final double INVALID_DECAY = 0.3;
  private static final double BEHAVIOUR_WEIGHT = -10;
  private static final double BEHAVIOUR_DECAY = 0.2;
  private static final double ADDRESS_WEIGHT = -5;
  private static final int ADDRESS_PEERS = 10;

  /**
   * The application alone takes a peer out of the mesh, and no further: it may be an honest one
   * that hands on what others flood it with, and is still told of messages and asked for them.
   */
  private static final double WORST_STANDING = -9;

  private static final double ZERO = 0.1;
  private static final long KEEP_MS = 3_600_000;
  private static final int MAX_LEFT = 4096;

  private static final class Marks {
    double invalid;
    double behaviour;
    double standing;
    String address;
    long leftAt;
  }

  private final Map<PeerId, Marks> present = new HashMap<>();
  private final Map<PeerId, Marks> left = new LinkedHashMap<>();
  private final Map<String, Integer> addresses = new HashMap<>();

  /**
   * A peer has come; one that is here already stays what it is.
   *
   * @param address where from; null when several peers there mean nothing (loopback, private)
   */
  void arrived(PeerId peer, String address) {
    if (present.containsKey(peer)) {
      return;
    }
    Marks marks = left.remove(peer);
    if (marks == null) {
      marks = new Marks();
    }
    marks.address = address;
    present.put(peer, marks);
    if (address != null) {
      addresses.merge(address, 1, Integer::sum);
    }
  }

  void left(PeerId peer, long now) {
    Marks marks = present.remove(peer);
    if (marks == null) {
      return;
    }
    if (marks.address != null) {
      addresses.computeIfPresent(marks.address, (key, count) -> count == 1 ? null : count - 1);
    }
    if (marks.invalid > 0 || marks.behaviour > 0) {
      marks.leftAt = now;
      left.put(peer, marks);
      if (left.size() > MAX_LEFT) {
        Iterator<PeerId> oldest = left.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  /** A message of that peer was not valid. */
  void invalid(PeerId peer) {
    Marks marks = present.get(peer);
    if (marks != null) {
      marks.invalid++;
    }
  }

  /** A peer has broken rules that many times. */
  void misbehaved(PeerId peer, int times) {
    Marks marks = present.get(peer);
    if (marks != null) {
      marks.behaviour += times;
    }
  }

  /** What the application thinks of a peer, until it says otherwise; never a reason to like it. */
  void judged(PeerId peer, double standing) {
    Marks marks = present.get(peer);
    if (marks != null) {
      marks.standing = Math.clamp(standing, WORST_STANDING, 0);
    }
  }

  double of(PeerId peer) {
    Marks marks = present.get(peer);
    if (marks == null) {
      return 0;
    }
    int crowd =
        marks.address == null ? 0 : addresses.getOrDefault(marks.address, 0) - ADDRESS_PEERS;
    return -marks.invalid * marks.invalid
        + marks.standing
        + BEHAVIOUR_WEIGHT * marks.behaviour * marks.behaviour
        + (crowd > 0 ? ADDRESS_WEIGHT * crowd * crowd : 0);
  }

  /** A second has passed; what those who left did is not forgotten meanwhile. */
  void decay(long now) {
    for (Marks marks : present.values()) {
      marks.invalid = decayed(marks.invalid, INVALID_DECAY);
      marks.behaviour = decayed(marks.behaviour, BEHAVIOUR_DECAY);
    }
    left.values().removeIf(marks -> marks.leftAt + KEEP_MS <= now);
  }

  private static double decayed(double value, double by) {
    double less = value * by;
    return less < ZERO ? 0 : less;
  }
}
