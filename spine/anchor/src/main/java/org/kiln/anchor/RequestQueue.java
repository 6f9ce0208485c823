package org.kiln.anchor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.core.anchor.AnchorControl.Wish;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;

/**
 * The durable queue: of each stream the newest tip that waits. Nothing of it is held in memory but
 * how many there are, so it may grow as long as the disk allows. Thread-safe.
 */
final class RequestQueue {
  /** Requests moved by one write, so that other writers need not wait long. */
  static final int SLICE = 2_000;

  private final NodeStore store;
  private final KnownStatuses statuses;
  private final AtomicLong failed = new AtomicLong();

  /** Changed under the lock; read by every read of a state. */
  private volatile long waiting;

  private long oldest = Long.MAX_VALUE;

  /** Where the last walk ended, so that no stream is passed over again and again. */
  private byte[] next = {0};

  /** The walk that is to come by all that waited when it began; null when it has. */
  private Round round;

  /** A walk from a key to the end, and from the beginning to that key. */
  private record Round(byte[] from, boolean turned) {}

  RequestQueue(NodeStore store) {
    this(store, new KnownStatuses());
  }

  /**
   * A queue.
   *
   * @param statuses told of what changes
   */
  RequestQueue(NodeStore store, KnownStatuses statuses) {
    this.store = store;
    this.statuses = statuses;
  }

  /** Counts what is there. */
  void recover() {
    long[] found = new long[] {0, 0, Long.MAX_VALUE};
    store.read(
        snapshot -> {
          try (Cursor cursor =
              snapshot.range(NodeTables.ANCHOR_REQUESTS, null, RequestKey.END_OF_FAILED, false)) {
            while (cursor.next()) {
              byte[] key = cursor.key();
              if (key[0] < RequestKey.END_OF_WAITING[0]) {
                found[0]++;
                found[2] = Math.min(found[2], Leaf.read(key, cursor.value()).requestedAt());
              } else {
                found[1]++;
              }
            }
          }
          return null;
        });
    synchronized (this) {
      waiting = found[0];
      oldest = found[2];
    }
    failed.set(found[1]);
  }

  long waiting() {
    return waiting;
  }

  long failed() {
    return failed.get();
  }

  /** Unix milliseconds since when the oldest request has waited; never later than that. */
  synchronized long oldest() {
    return oldest;
  }

  /**
   * Counts requests in and out.
   *
   * @param since when the oldest of those that come in was made
   */
  private synchronized void count(long change, long since) {
    waiting += change;
    // A request may be collected before its writer comes to count it, hence the sum may pass below
    // 0.
    oldest = waiting <= 0 ? Long.MAX_VALUE : Math.min(oldest, since);
  }

  /** A request that is to be put in a batch of the store's. */
  final class Put {
    private final Leaf leaf;
    private final Predicate<Batch> inWork;
    private boolean added;
    private boolean revived;
    private Cid replaced;

    private Put(Leaf leaf, Predicate<Batch> inWork) {
      this.leaf = leaf;
      this.inWork = inWork;
    }

    /** Puts it; may be run more than once. */
    void write(Batch batch) {
      added = false;
      revived = false;
      replaced = null;
      if (inWork.test(batch)) {
        return;
      }
      byte[] failedKey = RequestKey.failed(leaf.key());
      if (batch.get(NodeTables.ANCHOR_REQUESTS, failedKey) != null) {
        batch.delete(NodeTables.ANCHOR_REQUESTS, failedKey);
        revived = true;
      }
      byte[] there = batch.get(NodeTables.ANCHOR_REQUESTS, leaf.key());
      if (there == null) {
        added = true;
        batch.put(NodeTables.ANCHOR_REQUESTS, leaf.key(), leaf.waiting());
        return;
      }
      Leaf known = Leaf.read(leaf.key(), there);
      if (!known.tip().equals(leaf.tip())) {
        replaced = known.tip();
        // The newer tip inherits the older one's turn.
        Leaf newer = new Leaf(leaf.key(), leaf.tip(), known.requestedAt());
        batch.put(NodeTables.ANCHOR_REQUESTS, leaf.key(), newer.waiting());
      }
    }

    /** The tip whose place it took, if any; known once it is written. */
    Optional<Cid> replaced() {
      return Optional.ofNullable(replaced);
    }

    /** Counts it, once it is durable. */
    void committed() {
      if (revived) {
        failed.decrementAndGet();
      }
      if (added) {
        count(1, leaf.requestedAt());
      }
      statuses.changed(leaf.stream());
    }
  }

  /**
   * A request that is to be put.
   *
   * @param inWork whether that very tip is in the batch in work, or its time event held; asked on
   *     the writer's thread, where batches are collected as well
   */
  Put put(Leaf leaf, Predicate<Batch> inWork) {
    return new Put(leaf, inWork);
  }

  /** Whether a tip waits or has failed; empty when neither. */
  Optional<Boolean> waits(byte[] key, Cid tip) {
    return store.read(
        snapshot -> {
          if (holds(snapshot, key, tip)) {
            return Optional.of(true);
          }
          return holds(snapshot, RequestKey.failed(key), tip)
              ? Optional.of(false)
              : Optional.<Boolean>empty();
        });
  }

  /** Whether a tip waits under a key. */
  static boolean holds(Snapshot snapshot, byte[] key, Cid tip) {
    byte[] value = snapshot.get(NodeTables.ANCHOR_REQUESTS, key);
    return value != null && Leaf.read(key, value).tip().equals(tip);
  }

  /**
   * Moves requests that wait into the batch, at most one slice, and closes it when nothing more is
   * to come. One atomic write.
   *
   * @param seen told of the leaves before others can see them in the batch
   */
  BatchHeader collect(BatchHeader header, int most, Consumer<List<Leaf>> seen, Deadline deadline)
      throws LogBusyException {
    int slice = Math.min(SLICE, most - header.leaves());
    byte[] from = next;
    long begun = System.currentTimeMillis();
    BatchHeader[] result = new BatchHeader[1];
    List<Leaf> taken = new ArrayList<>();
    store.write(
        batch -> {
          taken.clear();
          take(batch, from, RequestKey.END_OF_WAITING, slice, taken);
          if (taken.size() < slice) {
            take(batch, null, from, slice - taken.size(), taken);
          }
          seen.accept(taken);
          for (Leaf leaf : taken) {
            batch.delete(NodeTables.ANCHOR_REQUESTS, leaf.key());
          }
          if (!taken.isEmpty()) {
            BatchTable.putChunk(batch, header, header.chunks(), taken);
          }
          BatchHeader grown = header.withChunk(taken.size());
          boolean closed = taken.size() < slice || grown.leaves() >= most;
          result[0] = closed ? grown.at(new Stage.Collected()) : grown;
          if (grown.leaves() == 0) {
            BatchTable.delete(batch, grown);
          } else {
            BatchTable.putHeader(batch, result[0]);
          }
        },
        Durability.SYNCED,
        deadline);
    statuses.changed();
    if (!taken.isEmpty()) {
      next = taken.get(taken.size() - 1).key();
    }
    walked(from, taken.size() < slice);
    synchronized (this) {
      if (taken.size() < slice) {
        // All are taken: what is there now came in meanwhile.
        oldest = begun;
      }
      count(-taken.size(), Long.MAX_VALUE);
    }
    return result[0];
  }

  private static void take(Batch batch, byte[] from, byte[] to, int most, List<Leaf> taken) {
    try (Cursor cursor = batch.range(NodeTables.ANCHOR_REQUESTS, from, to, false)) {
      for (int i = 0; i < most && cursor.next(); i++) {
        taken.add(Leaf.read(cursor.key(), cursor.value()));
      }
    }
  }

  /**
   * From here on all that waits now is to be collected. For the thread that collects, as is {@link
   * #roundOver()}.
   */
  void beginRound() {
    round = new Round(next, false);
  }

  /** Whether all that waited when the last round began has been collected. */
  boolean roundOver() {
    return round == null;
  }

  /** A slice was taken: the walk stands where its last request was. */
  private void walked(byte[] from, boolean all) {
    if (round == null) {
      return;
    }
    boolean turned = round.turned() || Arrays.compareUnsigned(next, from) < 0;
    boolean past = turned && Arrays.compareUnsigned(next, round.from()) >= 0;
    round = all || past ? null : new Round(round.from(), turned);
  }

  /** Some of what waits, and of what failed, at most so many of each. */
  List<Wish> wishes(int most) {
    return store.read(
        snapshot -> {
          List<Wish> found = new ArrayList<>();
          show(snapshot, null, RequestKey.END_OF_WAITING, most, found);
          show(snapshot, RequestKey.END_OF_WAITING, RequestKey.END_OF_FAILED, most, found);
          return found;
        });
  }

  private static void show(Snapshot snapshot, byte[] from, byte[] to, int most, List<Wish> found) {
    try (Cursor cursor = snapshot.range(NodeTables.ANCHOR_REQUESTS, from, to, false)) {
      for (int i = 0; i < most && cursor.next(); i++) {
        found.add(wish(cursor));
      }
    }
  }

  /** What a cursor over requests stands on. */
  static Wish wish(Cursor cursor) {
    Leaf leaf = Leaf.read(cursor.key(), cursor.value());
    return new Wish(
        leaf.stream(),
        leaf.tip(),
        leaf.requestedAt(),
        leaf.own(),
        RequestKey.isHeld(leaf.key()),
        Records.map(cursor.value()).text("why"));
  }

  /** Moves the leaves of a chunk that failed out of the batch; a newer request stays what it is. */
  void fail(BatchHeader header, int chunk, List<Leaf> leaves, String reason, Deadline deadline)
      throws LogBusyException {
    int[] moved = new int[1];
    store.write(
        batch -> {
          moved[0] = 0;
          for (Leaf leaf : leaves) {
            moved[0] += putFailed(batch, leaf, reason);
          }
          BatchTable.putHeader(batch, header.done(chunk + 1));
        },
        Durability.SYNCED,
        deadline);
    countFailed(moved[0]);
  }

  /**
   * Puts a request among the failed ones; a newer one that waits stays what it is.
   *
   * @return how many more have failed
   */
  static int putFailed(Batch batch, Leaf leaf, String reason) {
    if (batch.get(NodeTables.ANCHOR_REQUESTS, leaf.key()) != null) {
      return 0;
    }
    byte[] key = RequestKey.failed(leaf.key());
    int more = batch.get(NodeTables.ANCHOR_REQUESTS, key) == null ? 1 : 0;
    batch.put(NodeTables.ANCHOR_REQUESTS, key, leaf.failed(reason));
    return more;
  }

  /** Counts failed ones in, once that is durable; what else that write changed is over as well. */
  void countFailed(int more) {
    failed.addAndGet(more);
    statuses.changed();
  }

  /** Lets all failed requests wait again, a slice at a time; answers how many. */
  long revive(Deadline deadline) throws LogBusyException {
    long revived = 0;
    List<Leaf> slice = new ArrayList<>();
    int[] added = new int[1];
    do {
      store.write(
          batch -> {
            slice.clear();
            added[0] = 0;
            take(batch, RequestKey.END_OF_WAITING, RequestKey.END_OF_FAILED, SLICE, slice);
            for (Leaf leaf : slice) {
              batch.delete(NodeTables.ANCHOR_REQUESTS, leaf.key());
              byte[] key = RequestKey.waiting(leaf.key());
              if (batch.get(NodeTables.ANCHOR_REQUESTS, key) == null) {
                added[0]++;
                batch.put(NodeTables.ANCHOR_REQUESTS, key, leaf.waiting());
              }
            }
          },
          Durability.SYNCED,
          deadline);
      failed.addAndGet(-slice.size());
      statuses.changed();
      count(added[0], slice.stream().mapToLong(Leaf::requestedAt).min().orElse(Long.MAX_VALUE));
      revived += added[0];
    } while (slice.size() == SLICE);
    return revived;
  }
}
