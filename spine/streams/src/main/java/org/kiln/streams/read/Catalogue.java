package org.kiln.streams.read;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NodeStore;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.MentionIndex;
import org.kiln.streams.state.MentionIndex.Range;
import org.kiln.streams.state.StateCodec;
import org.kiln.streams.state.StatePages;
import org.kiln.streams.state.StatePages.Entry;
import org.kiln.streams.state.StatePages.Page;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Walks the states in the store; what is damaged there is walked around, and told. */
public final class Catalogue implements StreamCatalogue, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

  /** Short snapshots: a long one would keep the store from letting old pages go. */
  private static final int PAGE = 500;

  /** How long the index is derived at a stretch; it goes on until it is there. */
  private static final Duration SLICE = Duration.ofMinutes(1);

  private final StatePages states;
  private final MentionIndex index;
  private final BiFunction<StreamId, Deadline, Optional<StreamState>> anew;
  private final AtomicReference<Thread> deriving = new AtomicReference<>();
  private volatile boolean derived;
  private volatile boolean closed;

  /**
   * Of the states in that store.
   *
   * @param index what their writer notes
   * @param anew derives a state that cannot be read, if it can be derived now
   */
  public Catalogue(
      NodeStore store,
      MentionIndex index,
      BiFunction<StreamId, Deadline, Optional<StreamState>> anew) {
    this.states = new StatePages(store);
    this.index = index;
    this.anew = anew;
  }

  /** The first search derives the index, and is a walk over everything until that is done. */
  @Override
  public Walk search(
      String mention,
      Optional<StreamId> after,
      int most,
      Deadline deadline,
      Predicate<StreamState> sink) {
    if (!derived) {
      deriveOnce();
      return walk(after, most, deadline, sink);
    }
    byte[] begin = after.map(id -> behind(id.bytes())).orElse(new byte[0]);
    int seen = 0;
    StreamId last = after.orElse(null);
    Optional<String> damage = Optional.empty();
    for (Range range : index.mayMention(mention)) {
      if (range.to() != null && Arrays.compareUnsigned(range.to(), begin) <= 0) {
        continue;
      }
      byte[] from = Arrays.compareUnsigned(range.from(), begin) < 0 ? begin : range.from();
      Walk walk = walk(from, range.to(), last, most - seen, deadline, sink);
      seen += walk.seen();
      damage = damage.or(walk::damage);
      if (walk.last().isPresent()) {
        return new Walk(seen, walk.last(), damage);
      }
    }
    return new Walk(seen, Optional.empty(), damage);
  }

  private void deriveOnce() {
    Thread thread = Thread.ofPlatform().name("kiln-index").daemon().unstarted(this::derive);
    if (deriving.compareAndSet(null, thread)) {
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
    }
  }

  /** What is written meanwhile is noted by its writer. */
  private void derive() {
    try {
      index.begin();
      Optional<StreamId> last = Optional.empty();
      do {
        Walk walk =
            walk(
                last,
                Integer.MAX_VALUE,
                Deadline.in(SLICE),
                state -> {
                  index.note(state);
                  return !closed;
                });
        if (walk.damage().isPresent()) {
          // An index that lacks some would hide them once they are written anew.
          another(walk.damage().get());
          return;
        }
        last = walk.last();
      } while (last.isPresent() && !closed);
      derived = !closed;
    } catch (StoreException e) {
      another(e.getMessage());
    }
  }

  private void another(String why) {
    LOG.debug("The index for searches is derived another time: {}", why);
    deriving.set(null);
  }

  /** Waits until the index is there, for tests. */
  void awaitIndex() throws InterruptedException {
    deriveOnce();
    deriving.get().join();
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public Walk walk(
      Optional<StreamId> after, int most, Deadline deadline, Predicate<StreamState> sink) {
    byte[] from = after.map(id -> behind(id.bytes())).orElse(null);
    return walk(from, null, after.orElse(null), most, deadline, sink);
  }

  private Walk walk(
      byte[] begin,
      byte[] end,
      StreamId before,
      int most,
      Deadline deadline,
      Predicate<StreamState> sink) {
    byte[] from = begin;
    StreamId last = before;
    Optional<String> damage = Optional.empty();
    int seen = 0;
    while (true) {
      Page page = states.read(from, end, Math.min(PAGE, most - seen));
      damage = damage.or(() -> page.damage().map(StoreException::getMessage));
      for (Entry entry : page.entries()) {
        StreamId stream = StreamId.of(entry.key());
        Optional<StreamState> state = state(stream, entry.value());
        if (state.isEmpty()) {
          if (seen > 0 && deadline.remaining().toMillis() <= 0) {
            return new Walk(seen, Optional.of(last), damage);
          }
          state = anew.apply(stream, deadline);
        }
        seen++;
        from = behind(entry.key());
        last = stream;
        if (state.isPresent() && !sink.test(state.get())) {
          return new Walk(seen, Optional.of(last), damage);
        }
      }
      if (page.stopped()) {
        Optional<byte[]> behind = states.behindDamage(from);
        if (behind.isEmpty() || end != null && Arrays.compareUnsigned(behind.get(), end) >= 0) {
          return new Walk(seen, Optional.empty(), damage);
        }
        from = behind.get();
      } else if (page.whole()) {
        return new Walk(seen, Optional.empty(), damage);
      }
      if (seen >= most || deadline.remaining().toMillis() <= 0) {
        return new Walk(seen, Optional.ofNullable(last), damage);
      }
    }
  }

  /** The smallest key after that one. */
  private static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  private static Optional<StreamState> state(StreamId stream, byte[] value) {
    try {
      return StateCodec.decode(stream, value).map(DerivedState::state);
    } catch (CodecException | RuntimeException e) {
      // Derived anew, as when somebody reads the stream.
      return Optional.empty();
    }
  }
}
