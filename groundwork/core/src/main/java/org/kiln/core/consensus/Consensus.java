package org.kiln.core.consensus;

import java.util.List;
import org.kiln.api.stream.LogEntry;

/**
 * Chooses between two histories of one stream that share a beginning and then part. Pure and
 * thread-safe; the rules are those all deployed nodes agree on, which differ from the protocol's
 * text in comparing block times, not heights (two histories may be anchored on two chains).
 */
public final class Consensus {
  private final TieBreak tieBreak;

  /** With the order of tips that decides last. */
  public Consensus(TieBreak tieBreak) {
    this.tieBreak = tieBreak;
  }

  /** The winner. */
  public enum Winner {
    /** The history that was there. */
    LOCAL,
    /** The history that arrived. */
    REMOTE
  }

  /** What decided. */
  public enum Rule {
    /** One side has no events that count. */
    NOTHING_TO_COMPARE,
    /** One side alone has a time event. */
    ANCHORED,
    /** The first time event of one side is older. */
    EARLIER_ANCHOR,
    /** One side has more events up to its first time event. */
    LONGER,
    /** The order of the tips. */
    TIP
  }

  /**
   * A verdict.
   *
   * @param winner which history is canonical
   * @param rule what decided
   */
  public record Decision(Winner winner, Rule rule) {}

  /**
   * Decides between the events that follow the last shared one, oldest first. Events from the first
   * time event on whose time is not known (its proof does not hold, or cannot be checked now) do
   * not count: js-ceramic lets such an event beat every anchored history and then stops at it, and
   * the valid branch is lost.
   *
   * @param local of the history that is there
   * @param remote of the history that arrived
   */
  public Decision decide(List<LogEntry> local, List<LogEntry> remote) {
    Suffix ours = suffix(countable(local));
    Suffix theirs = suffix(countable(remote));
    if (theirs == null) {
      return new Decision(Winner.LOCAL, Rule.NOTHING_TO_COMPARE);
    }
    if (ours == null) {
      return new Decision(Winner.REMOTE, Rule.NOTHING_TO_COMPARE);
    }
    return decide(ours, theirs);
  }

  /**
   * Decides between two suffixes after the same event; of two with the same tip, the remote one.
   */
  public Decision decide(Suffix local, Suffix remote) {
    if (local.anchoredAt().isPresent() != remote.anchoredAt().isPresent()) {
      return decision(local.anchoredAt().isPresent(), Rule.ANCHORED);
    }
    long localTime = local.anchoredAt().orElse(0);
    long remoteTime = remote.anchoredAt().orElse(0);
    if (localTime != remoteTime) {
      return decision(localTime < remoteTime, Rule.EARLIER_ANCHOR);
    }
    if (local.length() != remote.length()) {
      return decision(local.length() > remote.length(), Rule.LONGER);
    }
    return decision(tieBreak.order().compare(local.tip(), remote.tip()) < 0, Rule.TIP);
  }

  /** The events before the first time event whose time is not known; a view. */
  public static List<LogEntry> countable(List<LogEntry> suffix) {
    for (int i = 0; i < suffix.size(); i++) {
      LogEntry entry = suffix.get(i);
      if (entry.kind() == LogEntry.Kind.TIME && entry.timestamp().isEmpty()) {
        return suffix.subList(0, i);
      }
    }
    return suffix;
  }

  private static Suffix suffix(List<LogEntry> entries) {
    Suffix suffix = null;
    for (int i = entries.size() - 1; i >= 0; i--) {
      suffix = suffix == null ? Suffix.of(entries.get(i)) : suffix.after(entries.get(i));
    }
    return suffix;
  }

  private static Decision decision(boolean local, Rule rule) {
    return new Decision(local ? Winner.LOCAL : Winner.REMOTE, rule);
  }
}
