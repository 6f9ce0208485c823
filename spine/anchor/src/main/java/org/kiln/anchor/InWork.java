package org.kiln.anchor;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;

/** What is in the batch in work, for quick answers. Thread-safe. */
final class InWork {
  private final ConcurrentHashMap<StreamId, Cid> own = new ConcurrentHashMap<>();
  private final Set<Other> others = ConcurrentHashMap.newKeySet();
  private volatile boolean submitted;

  /** What another node asked for. */
  private record Other(StreamId stream, Cid tip) {}

  void add(Collection<Leaf> leaves) {
    for (Leaf leaf : leaves) {
      if (leaf.own()) {
        own.put(leaf.stream(), leaf.tip());
      } else {
        others.add(new Other(leaf.stream(), leaf.tip()));
      }
    }
  }

  void submitted(boolean now) {
    submitted = now;
  }

  boolean holds(StreamId stream, Cid tip) {
    return tip.equals(own.get(stream));
  }

  boolean holdsOther(StreamId stream, Cid tip) {
    return others.contains(new Other(stream, tip));
  }

  /** PENDING until the root is sent, and again when the transaction is lost. */
  AnchorStatus status() {
    return submitted ? AnchorStatus.PROCESSING : AnchorStatus.PENDING;
  }

  boolean processing() {
    return submitted;
  }

  void clear() {
    own.clear();
    others.clear();
    submitted = false;
  }
}
