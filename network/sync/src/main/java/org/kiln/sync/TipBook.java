package org.kiln.sync;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.kiln.api.stream.StreamId;

/**
 * The last tips heard of streams that nobody here has asked for: nothing is fetched for them until
 * somebody does. Bounded: of a stream the last tip of each payer is kept, of four of them; of too
 * many streams those are forgotten that the payer with the most has named longest ago. Thread-safe.
 */
final class TipBook {
  private static final int PAYERS_PER_STREAM = 4;

  private final int maxStreams;
  private final Map<StreamId, Map<Payer, HeardTip>> tips = new LinkedHashMap<>();
  private final Map<Payer, Set<StreamId>> named = new HashMap<>();

  TipBook(int maxStreams) {
    this.maxStreams = maxStreams;
  }

  synchronized void note(HeardTip tip) {
    forget(tip.stream(), tip.payer());
    Map<Payer, HeardTip> known = tips.computeIfAbsent(tip.stream(), key -> new LinkedHashMap<>(4));
    known.put(tip.payer(), tip);
    named.computeIfAbsent(tip.payer(), key -> new LinkedHashSet<>()).add(tip.stream());
    if (known.size() > PAYERS_PER_STREAM) {
      // Whoever only hands on what others say can be made to say anything.
      Payer least =
          known.keySet().stream()
              .filter(payer -> !payer.own())
              .findFirst()
              .orElse(known.keySet().iterator().next());
      forget(tip.stream(), least);
    }
    while (tips.size() > maxStreams) {
      Map.Entry<Payer, Set<StreamId>> most =
          named.entrySet().stream()
              .max(Comparator.comparingInt(entry -> entry.getValue().size()))
              .orElseThrow();
      forget(most.getValue().iterator().next(), most.getKey());
    }
  }

  private void forget(StreamId stream, Payer payer) {
    Map<Payer, HeardTip> known = tips.get(stream);
    if (known == null || known.remove(payer) == null) {
      return;
    }
    if (known.isEmpty()) {
      tips.remove(stream);
    }
    Set<StreamId> others = named.get(payer);
    others.remove(stream);
    if (others.isEmpty()) {
      named.remove(payer);
    }
  }

  /** Takes out what is known of a stream, the newest last. */
  synchronized List<HeardTip> take(StreamId stream) {
    List<HeardTip> known = new ArrayList<>(tips.getOrDefault(stream, Map.of()).values());
    known.forEach(tip -> forget(stream, tip.payer()));
    return known;
  }

  /**
   * Takes out tips that are so, those first that were named longest ago.
   *
   * @param ofEach the most of one payer: who has named many keeps nobody else waiting
   */
  synchronized List<HeardTip> take(Predicate<HeardTip> such, int ofEach) {
    List<HeardTip> taken = new ArrayList<>();
    named.forEach(
        (payer, streams) ->
            streams.stream()
                .map(stream -> tips.get(stream).get(payer))
                .filter(such)
                .limit(ofEach)
                .forEach(taken::add));
    taken.forEach(tip -> forget(tip.stream(), tip.payer()));
    return taken;
  }

  synchronized int size() {
    return tips.size();
  }
}
