package org.kiln.sync;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;

/**
 * The last tips heard of streams that nobody here has asked for: nothing is fetched for them until
 * somebody does. Bounded: the streams heard of longest ago are forgotten. Thread-safe.
 */
final class TipBook {
  /** A tip, and who knows it. */
  record Tip(Cid tip, PeerId from) {}

  private static final int TIPS_PER_STREAM = 4;

  private final int maxStreams;
  private final Map<StreamId, Set<Tip>> tips = new LinkedHashMap<>();

  TipBook(int maxStreams) {
    this.maxStreams = maxStreams;
  }

  synchronized void note(StreamId stream, Tip tip) {
    Set<Tip> known = tips.remove(stream);
    if (known == null) {
      known = new LinkedHashSet<>(4);
    }
    known.remove(tip);
    known.add(tip);
    if (known.size() > TIPS_PER_STREAM) {
      dropFirst(known.iterator());
    }
    tips.put(stream, known);
    if (tips.size() > maxStreams) {
      dropFirst(tips.keySet().iterator());
    }
  }

  private static void dropFirst(Iterator<?> oldest) {
    oldest.next();
    oldest.remove();
  }

  /** Takes out what is known of a stream, the newest last. */
  synchronized List<Tip> take(StreamId stream) {
    Set<Tip> known = tips.remove(stream);
    return known == null ? List.of() : new ArrayList<>(known);
  }

  synchronized int size() {
    return tips.size();
  }
}
