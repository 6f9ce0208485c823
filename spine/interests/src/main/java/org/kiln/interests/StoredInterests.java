package org.kiln.interests;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;

/** The interests in memory, each kept in the node's store before it counts. Thread-safe. */
public final class StoredInterests implements Interests {
  private final NodeStore store;

  /** Held by who changes them, until the change is on the disk. */
  private final ReentrantLock changing = new ReentrantLock();

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Set<Interest> known;

  /** Reads what was kept before. */
  public StoredInterests(NodeStore store) {
    this.store = store;
    this.known =
        store.read(snapshot -> read(snapshot.range(NodeTables.INTERESTS, null, null, false)));
  }

  private static Set<Interest> read(Cursor all) {
    try (Cursor cursor = all) {
      Set<Interest> found = new HashSet<>();
      while (cursor.next()) {
        found.add(InterestRecord.decode(cursor.value()));
      }
      return Set.copyOf(found);
    }
  }

  @Override
  public List<Interest> all() {
    return List.copyOf(known);
  }

  @Override
  public Outcome add(Interest interest, Deadline deadline) throws LogBusyException {
    changing.lock();
    try {
      if (known.contains(interest)) {
        return Outcome.UNCHANGED;
      }
      if (known.size() >= MOST) {
        return Outcome.FULL;
      }
      byte[] value = InterestRecord.encode(interest);
      byte[] key = InterestRecord.key(value);
      store.write(
          batch -> batch.put(NodeTables.INTERESTS, key, value), Durability.SYNCED, deadline);
      Set<Interest> more = new HashSet<>(known);
      more.add(interest);
      known = Set.copyOf(more);
    } finally {
      changing.unlock();
    }
    tell();
    return Outcome.CHANGED;
  }

  @Override
  public Outcome remove(Interest interest, Deadline deadline) throws LogBusyException {
    changing.lock();
    try {
      if (!known.contains(interest)) {
        return Outcome.UNCHANGED;
      }
      byte[] key = InterestRecord.key(InterestRecord.encode(interest));
      store.write(batch -> batch.delete(NodeTables.INTERESTS, key), Durability.SYNCED, deadline);
      Set<Interest> fewer = new HashSet<>(known);
      fewer.remove(interest);
      known = Set.copyOf(fewer);
    } finally {
      changing.unlock();
    }
    tell();
    return Outcome.CHANGED;
  }

  @Override
  public AutoCloseable onChange(Runnable listener) {
    // Each registration is its own, whoever registers the same listener twice.
    Runnable own = listener::run;
    listeners.add(own);
    return () -> listeners.remove(own);
  }

  private void tell() {
    listeners.forEach(Runnable::run);
  }
}
