package org.kiln.anchor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.AnchorControl.Wish;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.EventDecoder;

/**
 * Time events that are made, and whose streams could not be judged when they were to be handed
 * over: the stream's type was stopped, something else it needs had not come yet. They are kept, not
 * only their requests, because the time they prove may be before a capability expired. At most one
 * a stream, under {@code 04 | stream} in the table of requests. Thread-safe.
 */
final class HeldEvents {
  private final NodeStore store;
  private final AtomicLong count = new AtomicLong();

  HeldEvents(NodeStore store) {
    this.store = store;
  }

  /** Counts what is there. */
  void recover() {
    count.set(
        store.read(
            snapshot -> {
              long found = 0;
              try (Cursor cursor = held(snapshot, RequestKey.END_OF_FAILED)) {
                while (cursor.next()) {
                  found++;
                }
              }
              return found;
            }));
  }

  private static Cursor held(Snapshot snapshot, byte[] from) {
    return snapshot.range(NodeTables.ANCHOR_REQUESTS, from, RequestKey.END_OF_HELD, false);
  }

  long count() {
    return count.get();
  }

  /** Counts those that came in and out, once that is durable. */
  void count(long change) {
    count.addAndGet(change);
  }

  /** Whether the time event of that tip is held; costs nothing when none is. */
  boolean holds(StreamId stream, Cid tip) {
    return count.get() > 0 && store.read(snapshot -> holds(snapshot, stream, tip));
  }

  /** The same as a batch sees it. */
  boolean holds(Snapshot snapshot, StreamId stream, Cid tip) {
    if (count.get() == 0) {
      return false;
    }
    byte[] key = RequestKey.held(RequestKey.own(stream));
    byte[] value = snapshot.get(NodeTables.ANCHOR_REQUESTS, key);
    return value != null && Leaf.read(key, value).tip().equals(tip);
  }

  /**
   * Keeps one; an older one of the same stream makes room.
   *
   * @return how many more there are
   */
  static int put(Batch batch, Handover.NotTaken held) {
    Leaf leaf = held.stamped().leaf();
    byte[] key = RequestKey.held(leaf.key());
    int more = batch.get(NodeTables.ANCHOR_REQUESTS, key) == null ? 1 : 0;
    List<Block> blocks = held.stamped().event().blocks();
    Cid root = held.stamped().event().event().cid();
    batch.put(
        NodeTables.ANCHOR_REQUESTS,
        key,
        DagCbor.encode(
            Ipld.map(
                "at", Ipld.of(leaf.requestedAt()),
                "tip", Ipld.of(leaf.tip()),
                "why", Ipld.of(held.reason()),
                "event", new Ipld.Bytes(new Car(List.of(root), blocks).write()))));
    return more;
  }

  static void delete(Batch batch, Stamped held) {
    batch.delete(NodeTables.ANCHOR_REQUESTS, RequestKey.held(held.leaf().key()));
  }

  /**
   * Some of those that are held, in the order of their keys.
   *
   * @param after the last one before; null to begin
   */
  List<Stamped> page(Stamped after, int most) {
    byte[] from = RequestKey.END_OF_FAILED;
    if (after != null) {
      byte[] key = RequestKey.held(after.leaf().key());
      from = Arrays.copyOf(key, key.length + 1);
    }
    byte[] begin = from;
    return store.read(
        snapshot -> {
          List<Stamped> page = new ArrayList<>();
          try (Cursor cursor = held(snapshot, begin)) {
            while (page.size() < most && cursor.next()) {
              page.add(stamped(cursor.key(), cursor.value()));
            }
          }
          return page;
        });
  }

  private static Stamped stamped(byte[] key, byte[] value) {
    Leaf held = Leaf.read(key, value);
    Leaf leaf = new Leaf(RequestKey.waiting(key), held.tip(), held.requestedAt());
    try {
      Car car = Car.read(Records.bytes(Records.map(value).entries().get("event")));
      Map<Cid, Block> blocks = new HashMap<>();
      car.blocks().forEach(block -> blocks.put(block.cid(), block));
      return new Stamped(
          leaf, EventDecoder.decode(car.roots().get(0), EventDecoder.Blocks.of(blocks)));
    } catch (CodecException e) {
      throw Records.broken("time event of stream " + leaf.stream(), e);
    }
  }

  /** Some of them as an operator sees them. */
  List<Wish> wishes(int most) {
    return store.read(
        snapshot -> {
          List<Wish> found = new ArrayList<>();
          try (Cursor cursor = held(snapshot, RequestKey.END_OF_FAILED)) {
            while (found.size() < most && cursor.next()) {
              found.add(RequestQueue.wish(cursor));
            }
          }
          return found;
        });
  }
}
