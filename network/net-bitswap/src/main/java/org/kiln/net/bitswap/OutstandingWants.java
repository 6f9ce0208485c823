package org.kiln.net.bitswap;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.Cid;

/** What we have asked one peer, now and lately: only that may it answer. Not thread-safe. */
final class OutstandingWants {
  private static final int MAX_PAST = 4096;
  private static final int MAX_PREFIXES = 32;

  /** How a question to the peer stands. */
  private enum Past {
    /** It said that it has the block; nothing has been asked of it since. */
    CONFIRMED,
    /** It said that it has it not; should it turn up, the peer may still send it. */
    DENIED,
    /** We wanted it no longer; it may be on its way. */
    CANCELLED,
    /** It sent the block. */
    RECEIVED
  }

  /** What a block that came is. */
  enum Verdict {
    /** Asked for. */
    ANSWER,
    /** Asked for, and sent before: questions and answers may cross. */
    AGAIN,
    /** Never asked for, or asked for under another CID. */
    UNASKED
  }

  private final int capacity;
  private boolean full;
  // Whether the block itself was asked for.
  private final Map<Cid, Boolean> live = new HashMap<>();
  private final Map<Cid, Past> past =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Cid, Past> eldest) {
          return size() > MAX_PAST;
        }
      };
  private final Set<Prefix> prefixes = new HashSet<>();

  OutstandingWants(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Whether the peer may be asked for more. Once it had all that it may have, not before it has
   * answered a quarter: few messages with many questions cost both sides less.
   */
  boolean hasRoom() {
    full = live.size() >= (full ? capacity - capacity / 4 : capacity);
    return !full;
  }

  /** Notes a question; answers whether it is news to the peer. */
  boolean ask(Cid cid, boolean block) {
    Boolean known = live.get(cid);
    if (known != null && (known || !block)) {
      return false;
    }
    past.remove(cid);
    live.put(cid, block);
    if (prefixes.size() < MAX_PREFIXES) {
      prefixes.add(Prefix.of(cid));
    }
    return true;
  }

  /** Whether a block with that prefix can be an answer; cheaper than hashing it. */
  boolean expects(Prefix prefix) {
    return prefixes.contains(prefix) || prefixes.size() >= MAX_PREFIXES;
  }

  /** A block came: was it asked for? */
  Verdict receive(Cid cid) {
    if (live.remove(cid) == null) {
      Past before = past.remove(cid);
      if (before == null) {
        return Verdict.UNASKED;
      }
      past.put(cid, Past.RECEIVED);
      return before == Past.RECEIVED ? Verdict.AGAIN : Verdict.ANSWER;
    }
    past.put(cid, Past.RECEIVED);
    return Verdict.ANSWER;
  }

  /** The peer says whether it has it; answers whether that is an answer, and news. */
  boolean presence(Cid cid, boolean has) {
    Past said = has ? Past.CONFIRMED : Past.DENIED;
    Boolean block = live.get(cid);
    if (block == null) {
      return has && past.replace(cid, Past.DENIED, said);
    }
    if (!has || !block) {
      live.remove(cid);
      past.put(cid, said);
    }
    return true;
  }

  /** We want it no longer; answers whether the peer must be told. */
  boolean cancel(Cid cid) {
    if (live.remove(cid) != null || past.get(cid) == Past.DENIED) {
      past.put(cid, Past.CANCELLED);
      return true;
    }
    return false;
  }

  int liveCount() {
    return live.size();
  }

  /** The peer does not know our questions any more, but answers may be on their way. */
  void abandon() {
    live.keySet().forEach(cid -> past.put(cid, Past.CANCELLED));
    live.clear();
  }
}
