package org.kiln.net.bitswap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.kiln.api.ipld.Cid;
import org.kiln.net.bitswap.BitswapMessage.Want;

/**
 * What one peer wants of us: some wants are yet to be looked at, others wait for a block to turn
 * up. When there are too many those of the lowest priority are dropped. Not thread-safe.
 */
final class PeerLedger {
  /** A want as remembered. */
  static final class Debt {
    final Want want;
    private final long number;

    private Debt(Want want, long number) {
      this.want = want;
      this.number = number;
    }

    private int priority() {
      return want.priority();
    }

    private long number() {
      return number;
    }
  }

  private static final Comparator<Debt> ORDER =
      Comparator.comparingInt(Debt::priority).reversed().thenComparingLong(Debt::number);

  private final int capacity;
  private final Semaphore room;
  private final Map<Cid, Debt> debts = new HashMap<>();
  private final TreeSet<Debt> due = new TreeSet<>(ORDER);
  private final Set<Debt> waiting = new LinkedHashSet<>();
  private long counter;

  /**
   * An empty one.
   *
   * @param capacity wants remembered
   * @param room what is left for all peers together
   */
  PeerLedger(int capacity, Semaphore room) {
    this.capacity = capacity;
    this.room = room;
  }

  /**
   * Takes in a want or its end.
   *
   * @return the CID of a want that was dropped unanswered for it, or its own; null when none was
   */
  Cid note(Want want) {
    Debt known = debts.get(want.cid());
    if (want.cancel()) {
      forget(known);
      return null;
    }
    if (known != null) {
      // Who has asked for the block itself does not mean to take that back.
      boolean haveOnly = known.want.haveOnly() && want.haveOnly();
      forget(known);
      return add(new Want(want.cid(), want.priority(), false, haveOnly, want.sendDontHave()));
    }
    return add(want);
  }

  private Cid add(Want want) {
    Cid dropped = null;
    if (debts.size() >= capacity) {
      if (due.isEmpty() || due.last().priority() >= want.priority()) {
        return want.cid();
      }
      Debt least = due.last();
      forget(least);
      dropped = least.want.cid();
    }
    if (!room.tryAcquire()) {
      return want.cid();
    }
    Debt debt = new Debt(want, counter++);
    debts.put(want.cid(), debt);
    due.add(debt);
    return dropped;
  }

  /**
   * Makes room for another want, if there is none, by forgetting the oldest of those whose block is
   * not there: the peer has been told, and can ask again.
   *
   * @return the want forgotten; null when none was
   */
  Cid makeRoom() {
    if (debts.size() < capacity || waiting.isEmpty()) {
      return null;
    }
    Debt oldest = waiting.iterator().next();
    forget(oldest);
    return oldest.want.cid();
  }

  /** The block is not there; it may turn up. */
  void postpone(Debt debt) {
    if (holds(debt) && !due.contains(debt)) {
      waiting.add(debt);
    }
  }

  /** Takes out up to that many wants to look at, the most urgent first. */
  List<Debt> next(int max) {
    List<Debt> next = new ArrayList<>(Math.min(max, due.size()));
    while (next.size() < max && !due.isEmpty()) {
      next.add(due.pollFirst());
    }
    return next;
  }

  /** Puts back what was taken out and not looked at, or what has turned up since. */
  boolean again(Debt debt) {
    if (!holds(debt)) {
      return false;
    }
    waiting.remove(debt);
    return due.add(debt);
  }

  /** The block may be there now. */
  boolean again(Cid cid) {
    Debt debt = debts.get(cid);
    return debt != null && again(debt);
  }

  /** Whether the peer still wants that. */
  boolean holds(Debt debt) {
    return debts.get(debt.want.cid()) == debt;
  }

  /** It has been answered for good, or is wanted no longer. */
  void forget(Debt debt) {
    if (debt != null && debts.remove(debt.want.cid(), debt)) {
      due.remove(debt);
      waiting.remove(debt);
      room.release();
    }
  }

  /** Forgets everything; answers what it was. */
  List<Cid> clear() {
    List<Cid> cids = List.copyOf(debts.keySet());
    room.release(debts.size());
    debts.clear();
    due.clear();
    waiting.clear();
    return cids;
  }

  boolean hasDue() {
    return !due.isEmpty();
  }

  int dueCount() {
    return due.size();
  }

  int size() {
    return debts.size();
  }
}
