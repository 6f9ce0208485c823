package org.kiln.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.stream.StreamId;

/**
 * What waits for its turn, which goes round by who pays for it, and for each of them by stream:
 * neither a peer nor a stream waits behind all that another peer has sent, or all that was sent for
 * another stream. Not thread-safe.
 *
 * @param <T> what waits
 */
final class FairQueue<T> {
  /** What became of something offered. */
  enum Offer {
    /** It waits. */
    TAKEN,
    /** It waits, and the one of its payer and stream that waited longest does not any more. */
    DISPLACED,
    /** Its payer has as many waiting as it may have. */
    FULL
  }

  private final int perStream;
  private final int perPayer;
  private final int all;
  private final Map<Payer, Waiting<T>> payers = new LinkedHashMap<>();
  private int size;

  private static final class Waiting<T> {
    final Map<StreamId, Deque<T>> streams = new LinkedHashMap<>();
    int size;
  }

  /**
   * With bounds.
   *
   * @param all the most that waits; of more, the payer with the most loses one
   */
  FairQueue(int perStream, int perPayer, int all) {
    this.perStream = perStream;
    this.perPayer = perPayer;
    this.all = all;
  }

  Offer offer(Payer payer, StreamId stream, T item) {
    Waiting<T> waiting = payers.computeIfAbsent(payer, key -> new Waiting<>());
    Deque<T> same = waiting.streams.get(stream);
    if (same != null && same.size() == perStream) {
      same.removeFirst();
      same.addLast(item);
      return Offer.DISPLACED;
    }
    if (waiting.size == perPayer) {
      return Offer.FULL;
    }
    waiting.streams.computeIfAbsent(stream, key -> new ArrayDeque<>(1)).addLast(item);
    waiting.size++;
    size++;
    if (size > all) {
      shorten();
    }
    return Offer.TAKEN;
  }

  private void shorten() {
    Payer longest =
        payers.entrySet().stream()
            .max(Comparator.comparingInt(entry -> entry.getValue().size))
            .orElseThrow()
            .getKey();
    Waiting<T> waiting = payers.get(longest);
    take(longest, waiting, waiting.streams.keySet().iterator().next());
  }

  /**
   * Takes out what is next.
   *
   * @param may which payers may have a turn
   * @param ready which of those that wait longest for their payer and stream
   */
  Optional<T> next(Predicate<Payer> may, Predicate<T> ready) {
    for (Map.Entry<Payer, Waiting<T>> entry : payers.entrySet()) {
      Payer payer = entry.getKey();
      if (!may.test(payer)) {
        continue;
      }
      Waiting<T> waiting = entry.getValue();
      for (StreamId stream : waiting.streams.keySet()) {
        if (ready.test(waiting.streams.get(stream).getFirst())) {
          T item = take(payer, waiting, stream);
          // Whoever had its turn comes last: of the payers, and of the streams of that payer.
          if (payers.remove(payer) != null) {
            payers.put(payer, waiting);
          }
          Deque<T> rest = waiting.streams.remove(stream);
          if (rest != null) {
            waiting.streams.put(stream, rest);
          }
          return Optional.of(item);
        }
      }
    }
    return Optional.empty();
  }

  private T take(Payer payer, Waiting<T> waiting, StreamId stream) {
    Deque<T> items = waiting.streams.get(stream);
    T item = items.removeFirst();
    if (items.isEmpty()) {
      waiting.streams.remove(stream);
    }
    waiting.size--;
    size--;
    if (waiting.size == 0) {
      payers.remove(payer);
    }
    return item;
  }

  /** Takes out what is of no use any more. */
  List<T> drop(Predicate<T> useless) {
    List<T> dropped = new ArrayList<>();
    for (Iterator<Waiting<T>> each = payers.values().iterator(); each.hasNext(); ) {
      Waiting<T> waiting = each.next();
      int before = dropped.size();
      waiting
          .streams
          .values()
          .removeIf(
              items -> {
                items.removeIf(item -> useless.test(item) && dropped.add(item));
                return items.isEmpty();
              });
      waiting.size -= dropped.size() - before;
      if (waiting.size == 0) {
        each.remove();
      }
    }
    size -= dropped.size();
    return dropped;
  }

  int size() {
    return size;
  }
}
