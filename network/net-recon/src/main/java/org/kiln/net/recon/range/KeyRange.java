package org.kiln.net.recon.range;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keys from one bound to another.
 *
 * @param start inclusive
 * @param end exclusive; a range that ends where it starts, or before, holds nothing
 */
public record KeyRange(Key start, Key end) {
  /** All keys. */
  public static final KeyRange ALL = new KeyRange(Key.MIN, Key.MAX);

  /** Whether that key lies in it. */
  public boolean contains(Key key) {
    return !key.isBelow(start) && key.isBelow(end);
  }

  /** What lies in both; empty when nothing can. */
  public Optional<KeyRange> and(KeyRange other) {
    Key from = start.isBelow(other.start) ? other.start : start;
    Key to = end.isBelow(other.end) ? end : other.end;
    return from.isBelow(to) ? Optional.of(new KeyRange(from, to)) : Optional.empty();
  }

  /** What lies in this one and not in the other, in order. */
  public List<KeyRange> without(KeyRange other) {
    return Stream.of(new KeyRange(Key.MIN, other.start), new KeyRange(other.end, Key.MAX))
        .flatMap(part -> and(part).stream())
        .toList();
  }
}
