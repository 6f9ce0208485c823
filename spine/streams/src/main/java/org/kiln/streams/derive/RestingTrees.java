package org.kiln.streams.derive;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.stream.StreamId;

/**
 * Trees of which nobody makes use now: those that could not be made in time, with which the next
 * who wants one of them goes on; and whole ones, which the next event of their streams needs. Whole
 * ones are bounded in bytes, but for the one that came last, and all of them by the {@link TreeRoom
 * room} they share with others. Of a stream the one that has come farthest stays. Thread-safe.
 */
final class RestingTrees {
  private final long mostWholeBytes;

  /** The oldest first. */
  private final Map<StreamId, Rest> trees = new LinkedHashMap<>();

  private long wholeBytes;

  RestingTrees(long mostWholeBytes) {
    this.mostWholeBytes = mostWholeBytes;
  }

  private record Rest(GrownTree tree, long bytes) {}

  /** Lets a tree rest, which its caller does not touch any more. */
  synchronized void put(GrownTree tree) {
    Optional<GrownTree> other = take(tree.stream());
    boolean further = other.filter(there -> isFurther(there, tree)).isPresent();
    GrownTree stays = further ? other.get() : tree;
    (further ? Optional.of(tree) : other).ifPresent(GrownTree::close);
    Rest rest = new Rest(stays, stays.tree().weight());
    trees.put(stays.stream(), rest);
    wholeBytes += counted(rest);
    stays.place().rest(stays.isWhole(), () -> gone(rest));
    letOldestGo(rest);
  }

  private static boolean isFurther(GrownTree there, GrownTree than) {
    return there.revision() == than.revision() && there.sequence() > than.sequence();
  }

  private static long counted(Rest rest) {
    return rest.tree().isWhole() ? rest.bytes() : 0;
  }

  private void letOldestGo(Rest newest) {
    Iterator<Rest> oldest = trees.values().iterator();
    while (wholeBytes > mostWholeBytes && oldest.hasNext()) {
      Rest rest = oldest.next();
      if (rest != newest && rest.tree().isWhole()) {
        oldest.remove();
        wholeBytes -= rest.bytes();
        rest.tree().close();
      }
    }
  }

  /** Hands one over, with its place in the room. */
  synchronized Optional<GrownTree> take(StreamId stream) {
    return Optional.ofNullable(remove(stream)).map(Rest::tree).filter(tree -> tree.place().wake());
  }

  /** Hands one over that is whole. */
  synchronized Optional<GrownTree> takeWhole(StreamId stream) {
    Rest rest = trees.get(stream);
    return rest == null || !rest.tree().isWhole() ? Optional.empty() : take(stream);
  }

  /** Gives all their room back. */
  synchronized void clear() {
    trees.values().forEach(rest -> rest.tree().close());
    trees.clear();
    wholeBytes = 0;
  }

  synchronized boolean has(StreamId stream) {
    return trees.containsKey(stream);
  }

  private Rest remove(StreamId stream) {
    Rest rest = trees.remove(stream);
    if (rest != null) {
      wholeBytes -= counted(rest);
    }
    return rest;
  }

  /** Somebody needed its room. */
  private synchronized void gone(Rest rest) {
    if (trees.get(rest.tree().stream()) == rest) {
      remove(rest.tree().stream());
    }
  }
}
