package org.kiln.sync;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.kiln.api.net.PeerId;
import org.kiln.core.net.PubSub.Origin;

/**
 * What the tips that peers hand on have cost, and so how much more of them is heard. A tip whose
 * events are not to be had counts against who pays for it ({@link Payer}), one that led to events
 * makes up for it; half of what counts is forgotten each minute. It is never held against a peer
 * for good, and never ends its connection: whoever hands on what others flood it with looks just
 * like the one who floods. Even at the worst a little is heard of everybody.
 *
 * <p>An author whose tips have led to events is a payer of its own, by whichever peer its messages
 * come: it does not share in what a flood costs the peer that hands both on. Thread-safe.
 */
final class TipReputation {
  /** How a payer is treated. */
  enum Level {
    /** Like everybody. */
    GOOD,
    /** One of its tips is followed at a time, and not for long. */
    POOR,
    /** Besides, hardly any of its messages are heard at all. */
    OUT
  }

  /** For a tip that does not belong to its stream. */
  static final double LIE = 4;

  /** For a tip whose events were not to be had. */
  static final double MISS = 1;

  /** For each second that somebody else's turn was spent on it. */
  static final double SECOND = 0.25;

  /** For a message beyond what waits for a payer. */
  static final double OVERFLOW = 0.25;

  private static final double DELIVERY = 2;
  private static final double POOR = 8;
  private static final double OUT = 32;
  private static final double WORST = 256;
  private static final double FORGETTABLE = 0.05;
  private static final int MAX_PAYERS = 2_048;
  private static final int MAX_AUTHORS = 1_024;
  private static final long HALF_LIFE_MS = 60_000;
  private static final long PROVEN_MS = 3_600_000;
  private static final double HEARD_PER_SECOND = 300;
  private static final double HEARD_AT_ONCE = 3_000;
  private static final double TRICKLE_PER_SECOND = 0.5;
  private static final double TRICKLE_AT_ONCE = 4;

  private static final class Account {
    final Budget hearing;
    final Budget trickle;
    double points;
    long at;

    Account(long now) {
      hearing = new Budget(HEARD_PER_SECOND, HEARD_AT_ONCE, now);
      trickle = new Budget(TRICKLE_PER_SECOND, TRICKLE_AT_ONCE, now);
      at = now;
    }

    double points(long now) {
      return points * Math.pow(0.5, (now - at) / (double) HALF_LIFE_MS);
    }

    void set(double sum, long now) {
      points = Math.clamp(sum, 0, WORST);
      at = now;
    }
  }

  private final Map<Payer, Account> accounts = recent(MAX_PAYERS);
  private final Map<PeerId, Long> proven = recent(MAX_AUTHORS);

  private static <K, V> Map<K, V> recent(int max) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > max;
      }
    };
  }

  private double points(Payer payer, long now) {
    Account account = accounts.get(payer);
    return account == null ? 0 : account.points(now);
  }

  /** Who pays for a message of that origin. */
  synchronized Payer payer(Origin origin, long now) {
    Payer author = new Payer(origin.author(), true);
    boolean own = origin.direct() || delivers(origin.author(), now) && points(author, now) < POOR;
    return own ? author : new Payer(origin.via(), false);
  }

  private boolean delivers(PeerId author, long now) {
    Long at = proven.get(author);
    return at != null && now - at < PROVEN_MS;
  }

  /** Whether tips of that payer have led to events lately: one that only hands on is never sure. */
  synchronized boolean delivers(Payer payer, long now) {
    return payer.own() && delivers(payer.peer(), now);
  }

  /** Whether one more message of that payer is heard; counts it if so. */
  synchronized boolean heeds(Payer payer, long now) {
    Account account = accounts.computeIfAbsent(payer, key -> new Account(now));
    return account.hearing.take(now) && (account.points(now) < OUT || account.trickle.take(now));
  }

  /**
   * Something counts against a payer.
   *
   * @return whether it is out for that, and was not before
   */
  synchronized boolean charge(Payer payer, double points, long now) {
    Account account = accounts.computeIfAbsent(payer, key -> new Account(now));
    double before = account.points(now);
    account.set(before + points, now);
    return before < OUT && account.points >= OUT;
  }

  /** A tip has led to events that were not here. */
  synchronized void delivered(HeardTip heard, long now) {
    proven.put(heard.origin().author(), now);
    Account account = accounts.get(heard.payer());
    if (account != null) {
      account.set(account.points(now) - DELIVERY, now);
    }
  }

  synchronized Level level(Payer payer, long now) {
    return level(points(payer, now));
  }

  /** How a peer is treated for the worse of its own messages and those it hands on. */
  synchronized Level worst(PeerId peer, long now) {
    return level(most(peer, now));
  }

  private double most(PeerId peer, long now) {
    return Math.max(points(new Payer(peer, true), now), points(new Payer(peer, false), now));
  }

  private static Level level(double points) {
    return points < POOR ? Level.GOOD : points < OUT ? Level.POOR : Level.OUT;
  }

  /** What counts against a peer, below 0; empty when nothing was heard of it. */
  synchronized OptionalDouble score(PeerId peer, long now) {
    if (!accounts.containsKey(new Payer(peer, true))
        && !accounts.containsKey(new Payer(peer, false))) {
      return OptionalDouble.empty();
    }
    double points = most(peer, now);
    return OptionalDouble.of(points < FORGETTABLE ? 0 : -points);
  }
}
