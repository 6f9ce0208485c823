package org.kiln.streams.derive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.kiln.api.stream.StreamId;

/**
 * How much memory trees may take, all of the process together: those that are being made, and those
 * that rest until somebody goes on with them. A stream too large for this heap is refused by name,
 * before it takes the node with it.
 *
 * <p>Who needs room has it of those at rest: first of finished ones, then of those that have come
 * less far, the oldest first. So the one that has come farthest always comes to its end, and two
 * giants do not push out one another for ever. Thread-safe.
 */
public final class TreeRoom {
  /** What the rest of the node needs of the heap at least. */
  private static final long REST_BYTES = 48 << 20;

  private static final int SMALLEST_SHARE = 8;

  /** How long one that is not finished is kept for who goes on with it. */
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final long most;
  private final LongSupplier nanoTime;
  private final Set<Place> resting = new LinkedHashSet<>();
  private long taken;

  /** Half of the heap, and less where the rest of the node needs more than the other half. */
  public static TreeRoom ofHeap() {
    long heap = Runtime.getRuntime().maxMemory();
    return of(Math.max(heap / SMALLEST_SHARE, Math.min(heap / 2, heap - REST_BYTES)));
  }

  /** Of so many bytes. */
  public static TreeRoom of(long bytes) {
    return new TreeRoom(bytes, System::nanoTime);
  }

  /**
   * A room.
   *
   * @param most bytes
   */
  TreeRoom(long most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /** Of one tree, which takes nothing yet. For one thread at a time. */
  final class Place implements AutoCloseable {
    private final StreamId stream;
    private long own;
    private int progress;
    private boolean finished;
    private Runnable leave;
    private long sinceNanos;

    private Place(StreamId stream) {
      this.stream = stream;
    }

    /**
     * Takes what the tree has grown to.
     *
     * @param events how far it has come
     * @throws NoRoomException when there is no room for it now
     */
    void grownTo(long bytes, int events) {
      List<Place> gone = new ArrayList<>();
      long others;
      synchronized (TreeRoom.this) {
        taken += bytes - own;
        own = bytes;
        progress = events;
        pushOut(this, gone);
        others = taken - own;
      }
      gone.forEach(place -> place.leave.run());
      if (own > most - others) {
        throw noRoom(own > most);
      }
    }

    private NoRoomException noRoom(boolean ever) {
      return new NoRoomException(
          "Stream "
              + stream
              + " has too many events in branches for the node's memory: they take "
              + (own >> 20)
              + " MiB of the "
              + (most >> 20)
              + " MiB of its heap that all such streams may take while they are derived."
              + (ever
                  ? " Start the node with a larger heap (KILN_JAVA_OPTS=-Xmx...)"
                  : " Others take the rest now; ask again later, or start the node with a larger"
                      + " heap (KILN_JAVA_OPTS=-Xmx...)"),
          ever);
    }

    /** Whether the room is large enough for what it takes, when it is alone there. */
    boolean fits() {
      return own <= most;
    }

    /**
     * The tree rests, and may be pushed out.
     *
     * @param done whether all events of its stream are in it
     * @param gone run then, on the thread that needs the room
     */
    void rest(boolean done, Runnable gone) {
      synchronized (TreeRoom.this) {
        finished = done;
        leave = gone;
        sinceNanos = nanoTime.getAsLong();
        resting.add(this);
      }
    }

    /** The tree is gone on with; false when it was pushed out, and has no place any more. */
    boolean wake() {
      synchronized (TreeRoom.this) {
        return resting.remove(this);
      }
    }

    /** Gives back what it takes. */
    @Override
    public void close() {
      synchronized (TreeRoom.this) {
        resting.remove(this);
        taken -= own;
        own = 0;
      }
    }
  }

  Place place(StreamId stream) {
    return new Place(stream);
  }

  /** The bytes that all trees take. */
  synchronized long taken() {
    return taken;
  }

  private void pushOut(Place grown, List<Place> gone) {
    long now = nanoTime.getAsLong();
    pushOut(place -> isOld(place, now), gone);
    pushOut(place -> taken > most && place.finished, gone);
    pushOut(place -> taken > most && place.progress < grown.progress, gone);
  }

  private static boolean isOld(Place place, long now) {
    return !place.finished && now - place.sinceNanos > REMEMBERED.toNanos();
  }

  private void pushOut(Predicate<Place> which, List<Place> gone) {
    for (Iterator<Place> all = resting.iterator(); all.hasNext(); ) {
      Place place = all.next();
      if (which.test(place)) {
        all.remove();
        taken -= place.own;
        place.own = 0;
        gone.add(place);
      }
    }
  }
}
