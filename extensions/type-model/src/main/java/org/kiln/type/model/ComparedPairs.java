package org.kiln.type.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.kiln.api.ipld.Ipld;

/**
 * Which places of two schemas have been held against each other, and what came of it. A pair that
 * is met again while it is being compared counts as fitting: definitions that refer to themselves
 * fit when nothing that can be reached from them does not. What was taken for fitting on the way to
 * a pair that turns out not to fit is forgotten with it; that a pair does not fit stays true
 * whatever was assumed. Pairs are told apart by where they stand, not by what they say.
 *
 * @see <a href="https://doi.org/10.1145/155183.155231">Amadio, Cardelli: Subtyping recursive
 *     types</a>
 */
final class ComparedPairs {
  private final Map<Pair, Boolean> known = new HashMap<>();

  /** The pairs taken for fitting, the last one first. */
  private final Deque<Pair> assumed = new ArrayDeque<>();

  /** Two places, by identity. */
  private static final class Pair {
    private final Ipld expected;
    private final Ipld own;

    private Pair(Ipld expected, Ipld own) {
      this.expected = expected;
      this.own = own;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Pair pair && pair.expected == expected && pair.own == own;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(expected) + System.identityHashCode(own);
    }
  }

  /** Whether the pair fits, as far as is known; null when it has not been met. */
  Boolean known(Ipld expected, Ipld own) {
    return known.get(new Pair(expected, own));
  }

  /** Takes the pair for fitting; answers what {@link #refute} needs. */
  int assume(Ipld expected, Ipld own) {
    Pair pair = new Pair(expected, own);
    known.put(pair, true);
    assumed.push(pair);
    return assumed.size();
  }

  /** Says that the pair assumed then does not fit. */
  void refute(int at) {
    while (assumed.size() > at) {
      known.remove(assumed.pop());
    }
    known.put(assumed.pop(), false);
  }
}
