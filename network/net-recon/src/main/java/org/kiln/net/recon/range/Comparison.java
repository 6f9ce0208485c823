package org.kiln.net.recon.range;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.core.log.RangeHash;

/** What comes of comparing a range of the other side's keys with our own. Both sides do it. */
public sealed interface Comparison {
  /**
   * Both have the same.
   *
   * @param own the range as it was given
   */
  record Synchronized(RangeDigest own) implements Comparison {}

  /**
   * The other side has nothing of what we have there, but for a key it begins with.
   *
   * @param range what it is to get all keys of
   */
  record RemoteMissing(KeyRange range) implements Comparison {}

  /**
   * They differ.
   *
   * @param own what we have, in pieces
   */
  record Unsynchronized(List<RangeDigest> own) implements Comparison {}

  /** Up to so many keys are told one by one. */
  int SINGLE_KEYS = 4;

  /** What differs is told in two parts, as ceramic-one does. */
  int HALVES = 2;

  /** Or in four: as many bytes for a difference that is looked for, in half the round trips. */
  int QUARTERS = 4;

  /** Compares, as ceramic-one does. */
  static Comparison of(KeySet keys, RangeDigest remote) {
    return of(keys, remote, HALVES);
  }

  /**
   * Compares.
   *
   * @param parts in which many keys that differ are told
   */
  static Comparison of(KeySet keys, RangeDigest remote, int parts) {
    RangeHash own = keys.hash(remote.range());
    if (own.equals(remote.hash())) {
      return new Synchronized(remote);
    }
    if (RangeDigest.isZero(own)) {
      return new Unsynchronized(List.of(RangeDigest.empty(remote.first(), remote.last())));
    }
    boolean fencepost = keys.isFencepost(remote.first());
    if (remote.isZero() || !fencepost && remote.hash().count() == 1) {
      return lacking(keys, remote, fencepost);
    }
    return own.count() <= SINGLE_KEYS
        ? new Unsynchronized(singly(keys, remote))
        : new Unsynchronized(split(keys, remote, own.count(), parts));
  }

  /** The remote has nothing, or only the key its range is bounded by, which we may lack. */
  private static Comparison lacking(KeySet keys, RangeDigest remote, boolean fencepost) {
    List<Key> smallest = fencepost ? List.of() : keys.smallest(remote.range(), 1);
    if (smallest.isEmpty() || smallest.getFirst().equals(remote.first())) {
      return new RemoteMissing(remote.range());
    }
    Key ours = smallest.getFirst();
    return new Unsynchronized(
        List.of(
            RangeDigest.empty(remote.first(), ours),
            RangeDigest.of(keys, new KeyRange(ours, remote.last()))));
  }

  private static List<RangeDigest> singly(KeySet keys, RangeDigest remote) {
    List<Key> own = keys.smallest(remote.range(), SINGLE_KEYS + 1);
    List<RangeDigest> pieces = new ArrayList<>(own.size() + 1);
    if (own.isEmpty() || !own.getFirst().equals(remote.first())) {
      pieces.add(RangeDigest.empty(remote.first(), own.isEmpty() ? remote.last() : own.getFirst()));
    }
    for (int i = 0; i < own.size(); i++) {
      // More than before: what has just come in is in the last piece.
      boolean isLast = i == SINGLE_KEYS - 1 || i == own.size() - 1;
      Key end = isLast ? remote.last() : own.get(i + 1);
      pieces.add(RangeDigest.of(keys, new KeyRange(own.get(i), end)));
      if (isLast) {
        break;
      }
    }
    return pieces;
  }

  private static List<RangeDigest> split(KeySet keys, RangeDigest remote, long count, int parts) {
    List<RangeDigest> pieces = new ArrayList<>(parts);
    Key from = remote.first();
    for (int i = 1; i < parts; i++) {
      Optional<Key> bound = keys.at(remote.range(), count * i / parts);
      if (bound.isPresent() && from.isBelow(bound.get())) {
        pieces.add(RangeDigest.of(keys, new KeyRange(from, bound.get())));
        from = bound.get();
      }
    }
    pieces.add(RangeDigest.of(keys, new KeyRange(from, remote.last())));
    return pieces;
  }
}
