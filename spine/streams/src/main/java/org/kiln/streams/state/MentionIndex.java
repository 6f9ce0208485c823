package org.kiln.streams.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;

/**
 * Knows in which ranges of keys there may be states with a certain controller or model, so that a
 * search reads those alone. For each range it keeps hashes of what its states mention, never takes
 * one back, and may so be wrong in one direction only. In memory, at most {@link #MAX_MENTIONS} of
 * them; derived from the states when somebody searches for the first time. Thread-safe.
 */
public final class MentionIndex {
  /** 8 MiB; ranges that come later are read by every search. */
  private static final int MAX_MENTIONS = 2_000_000;

  private static final int DIGEST_BYTES = 32;
  private static final int MODEL_TYPE = 2;

  private final Map<Key, Mentions> ranges = new ConcurrentSkipListMap<>();
  private final AtomicLong mentions = new AtomicLong();
  private final int most;
  private volatile boolean begun;

  public MentionIndex() {
    this(MAX_MENTIONS);
  }

  /** With room for so many mentions; where there is none, a range may mention anything. */
  MentionIndex(int most) {
    this.most = most;
  }

  /** Keys from one on, to before another; null for the end. */
  public record Range(byte[] from, byte[] to) {}

  private record Key(byte[] bytes) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return Arrays.compareUnsigned(bytes, other.bytes);
    }
  }

  /** From now on it takes notes; what was written before has to be read once. */
  public void begin() {
    begun = true;
  }

  /**
   * Remembers what a state mentions, if anybody wants to know. To be called when it has been
   * written: whoever begins later reads it from the store.
   */
  public void note(StreamState state) {
    if (!begun) {
      return;
    }
    Mentions range =
        ranges.computeIfAbsent(new Key(start(state.id().bytes())), key -> new Mentions());
    StreamMetadata metadata = new StreamMetadata(state.document().metadata());
    metadata.controllers().forEach(controller -> add(range, controller));
    metadata.modelText().ifPresent(model -> add(range, model));
    if (state.id().type() == MODEL_TYPE) {
      add(range, state.id().toString());
    }
  }

  private void add(Mentions range, String mention) {
    if (mentions.get() >= most) {
      range.takeAll();
    } else if (range.add(mention.hashCode())) {
      mentions.incrementAndGet();
    }
  }

  /** Where states may be that mention this, in the order of their keys. */
  public List<Range> mayMention(String mention) {
    int hash = mention.hashCode();
    List<Range> found = new ArrayList<>();
    ranges.forEach(
        (key, range) -> {
          if (range.has(hash)) {
            found.add(new Range(key.bytes, end(key.bytes)));
          }
        });
    return found;
  }

  /** Ids of one kind differ in their digests: 4096 ranges of each kind. */
  private static byte[] start(byte[] stream) {
    int digest = Math.max(0, stream.length - DIGEST_BYTES);
    byte[] start = Arrays.copyOf(stream, Math.min(stream.length, digest + 2));
    start[start.length - 1] &= (byte) 0xf0;
    return start;
  }

  private static byte[] end(byte[] start) {
    byte[] end = start.clone();
    int step = 0x10;
    for (int i = end.length - 1; i >= 0; i--) {
      int sum = (end[i] & 0xff) + step;
      end[i] = (byte) sum;
      if (sum <= 0xff) {
        return end;
      }
      step = 1;
    }
    return null;
  }

  /** The hashes of one range, sorted. */
  private static final class Mentions {
    private int[] hashes = {};
    private boolean all;

    synchronized boolean add(int hash) {
      int at = Arrays.binarySearch(hashes, hash);
      if (all || at >= 0) {
        return false;
      }
      int place = -at - 1;
      int[] more = Arrays.copyOf(hashes, hashes.length + 1);
      System.arraycopy(hashes, place, more, place + 1, hashes.length - place);
      more[place] = hash;
      hashes = more;
      return true;
    }

    synchronized void takeAll() {
      all = true;
    }

    synchronized boolean has(int hash) {
      return all || Arrays.binarySearch(hashes, hash) >= 0;
    }
  }
}
