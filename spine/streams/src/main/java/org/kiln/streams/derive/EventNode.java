package org.kiln.streams.derive;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.ForkTree;
import org.kiln.core.stream.LogTimes;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.Signers;

/**
 * One event in its {@link EventTree}, which alone changes it. There are a hundred thousand of them
 * in the tree of a giant: its fields fill 80 bytes.
 */
final class EventNode {
  /** Its line of the log, which the states after it share. */
  final LogEntry line;

  /** A time event that is valid after any event that is. */
  final boolean holds;

  EventNode parent;

  /** The first and the last of those that follow it, which are chained in the order they came. */
  EventNode next;

  private EventNode lastNext;
  EventNode sibling;
  OptionalLong covered = OptionalLong.empty();

  /** Until it was applied, and at most until the events it came with were. */
  VerifiedEvent verified;

  /** Its place among the valid events, when it is one. */
  ForkTree.Node place;

  boolean tried;
  boolean refused;

  /** Which of those that follow the same event is applied last. */
  private boolean last;

  /** Events that are applied when it is, itself among them. */
  private int size;

  /** What it waits for, though the event before it is valid. */
  Dependency waits;

  Signers signers = Signers.UNKNOWN;
  int depth;
  int timeDepth;

  /** How many lines of the log the last time event before its state, or it, has given a time. */
  int covering;

  /** How many valid events follow it. */
  int valid;

  /** The state after it, when that is kept. */
  Applied applied;

  EventNode(VerifiedEvent verified, StreamId stream) {
    this.line = Applier.entry(verified);
    this.holds =
        line.kind() == LogEntry.Kind.TIME
            && line.timestamp().isPresent()
            && verified.event().event() instanceof Event.Time named
            && named.id().filter(id -> !id.equals(stream.init())).isEmpty();
  }

  void follow(EventNode child) {
    if (next == null) {
      next = child;
    } else {
      lastNext.sibling = child;
    }
    lastNext = child;
  }

  Cid cid() {
    return line.cid();
  }

  boolean isTime() {
    return line.kind() == LogEntry.Kind.TIME;
  }

  /** The time that it gives to the events before it. */
  OptionalLong proves() {
    return isTime() ? LogTimes.seconds(line.timestamp()) : covered;
  }

  /** Whether all that follows the same event, and can be applied, is applied when this is. */
  boolean isLast() {
    return last;
  }

  /** Whether further branches begin here, or may. */
  boolean isEndOrFork() {
    return valid != 1 || depth == 0;
  }

  /** Finds out how much follows each event that can be applied, and which is to be the last. */
  void measure() {
    List<EventNode> all = new ArrayList<>();
    all.add(this);
    for (int i = 0; i < all.size(); i++) {
      for (EventNode next = all.get(i).next; next != null; next = next.sibling) {
        if (!next.tried) {
          next.size = 1;
          next.last = false;
          all.add(next);
        }
      }
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      EventNode longest = null;
      for (EventNode next = all.get(i).next; next != null; next = next.sibling) {
        if (!next.tried) {
          all.get(i).size += next.size;
          longest = longest == null || next.size >= longest.size ? next : longest;
        }
      }
      if (longest != null) {
        longest.last = true;
      }
    }
  }

  /**
   * Puts those that follow it on a stack: the last at the bottom, on it the others as they came.
   */
  void pushNext(Deque<EventNode> open) {
    List<EventNode> before = new ArrayList<>();
    for (EventNode next = this.next; next != null; next = next.sibling) {
      if (next.tried) {
        continue;
      }
      if (next.last) {
        open.push(next);
      } else {
        before.add(next);
      }
    }
    before.reversed().forEach(open::push);
  }
}
