package org.kiln.streams.derive;

import java.util.concurrent.atomic.AtomicLong;
import org.kiln.api.stream.StreamId;

/**
 * How much memory trees may take that are being made, all together: a stream too large for this
 * heap is refused by name, before it takes the node with it. Thread-safe.
 */
final class TreeRoom {
  /** What the rest of the node needs of the heap at least. */
  private static final long REST_BYTES = 48 << 20;

  private static final int SMALLEST_SHARE = 8;

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** Half of the heap, and less where the rest of the node needs more than the other half. */
  static TreeRoom ofHeap() {
    long heap = Runtime.getRuntime().maxMemory();
    return new TreeRoom(Math.max(heap / SMALLEST_SHARE, Math.min(heap / 2, heap - REST_BYTES)));
  }

  /**
   * A room.
   *
   * @param most bytes
   */
  TreeRoom(long most) {
    this.most = most;
  }

  /** For one tree, which takes nothing yet. For one thread. */
  final class Place implements AutoCloseable {
    private final StreamId stream;
    private long own;

    private Place(StreamId stream) {
      this.stream = stream;
    }

    /**
     * Takes what the tree has grown to.
     *
     * @throws NoRoomException when there is no room for it now
     */
    void grownTo(long bytes) {
      long all = taken.addAndGet(bytes - own);
      own = bytes;
      if (all > most) {
        throw new NoRoomException(
            "Stream "
                + stream
                + " has too many events in branches for the node's memory: they take "
                + (own >> 20)
                + " MiB of the "
                + (most >> 20)
                + " MiB of its heap that all such streams may take while they are derived."
                + " Start the node with a larger heap (KILN_JAVA_OPTS=-Xmx...)");
      }
    }

    @Override
    public void close() {
      taken.addAndGet(-own);
      own = 0;
    }
  }

  Place place(StreamId stream) {
    return new Place(stream);
  }
}
