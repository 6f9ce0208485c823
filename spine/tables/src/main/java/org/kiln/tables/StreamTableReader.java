package org.kiln.tables;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.tables.StreamStore.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of streams that have moved, reads them as they are now, and keeps a row of each. A state
 * may be newer than the change it was read for; that of the later change takes its place. One call
 * at a time, as the feed promises.
 */
final class StreamTableReader implements ChangeReader {
  /** The name under which the console shows how far the tables of streams are. */
  static final String NAME = "tables.streams";

  private static final Logger LOG = LoggerFactory.getLogger(StreamTableReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Those that are owed are read again so many at a time, while the changes wait. */
  private static final int OWED_AT_ONCE = 10;

  /** How long the changes wait for that. */
  private static final Duration OWED_PATIENCE = Duration.ofSeconds(2);

  private static final Duration BREATH = Duration.ofMillis(1);

  /** After so many that still cannot be read, others have their turn the next time. */
  private static final int OWED_IN_VAIN = 100;

  /** Of so many that are owed it is known that the log tells of them. */
  private static final int TOLD = 10_000;

  /** What is held before it is written. */
  private static final long CHARACTERS = 4 << 20;

  private final StreamStore store;
  private final StreamReads streams;
  private final Progress progress;
  private final Catalog catalog;
  private final Insistence insistence = new Insistence();
  private final Recent<StreamId, Boolean> told = new Recent<>(TOLD);
  private Place place;
  private boolean closed;

  StreamTableReader(StreamStore store, StreamReads streams, Progress progress, Catalog catalog)
      throws SQLException {
    this.store = store;
    this.streams = streams;
    this.progress = progress;
    this.catalog = catalog;
    reached(store.place());
    catalog.set(store.views());
  }

  private void reached(Place at) {
    place = at;
    progress.reached(at.token(), Map.of(Tables.STREAM_ORDER, at.order()));
  }

  @Override
  public synchronized Optional<ResumeToken> position() throws SQLException {
    reached(store.place());
    catalog.set(store.views());
    return place.token();
  }

  @Override
  public synchronized void take(List<StreamChange> changes, ResumeToken position)
      throws SQLException {
    Turn turn = new Turn(place.order());
    for (StreamChange change : changes) {
      turn.read(change.stream(), Deadline.in(PATIENCE));
      if (turn.characters > CHARACTERS) {
        reached(turn.keep(Optional.of(change.token())));
        turn = new Turn(place.order());
      }
    }
    reached(turn.keep(Optional.of(position)));
    insistence.over();
  }

  @Override
  public synchronized void refused(FeedException reason) throws SQLException {
    LOG.info("The SQL tables of streams are made anew: {}", reason.getMessage());
    store.forget();
    catalog.set(ModelViews.NONE);
    reached(Place.BEGIN);
  }

  /**
   * Reads again what could not be read before: all of it once, and on as long as that brings
   * something in.
   *
   * @return how many are left
   */
  long settle() throws SQLException {
    int inVain = 0;
    for (long left = owing(); left > 0 && inVain < OWED_IN_VAIN; ) {
      Settled some = settleSome();
      if (some.tried() == 0) {
        break;
      }
      left -= some.tried();
      inVain = some.settled() > 0 ? 0 : inVain + some.tried();
      // Who reads the changes gets in between: a monitor is not fair.
      LockSupport.parkNanos(BREATH.toNanos());
    }
    return owing();
  }

  private record Settled(int tried, int settled) {}

  private synchronized long owing() throws SQLException {
    return closed ? 0 : store.owing();
  }

  private synchronized Settled settleSome() throws SQLException {
    List<StreamId> owed = closed ? List.of() : store.owed(OWED_AT_ONCE);
    Turn turn = new Turn(place.order());
    turn.passesOver = true;
    Deadline deadline = Deadline.in(OWED_PATIENCE);
    for (StreamId stream : owed) {
      turn.read(stream, deadline);
    }
    if (!owed.isEmpty()) {
      reached(turn.keep(place.token()));
    }
    return new Settled(owed.size(), owed.size() - turn.owed.size());
  }

  /** What is written in one transaction. */
  private final class Turn {
    private final Set<StreamId> read = new LinkedHashSet<>();
    private final Set<StreamId> owed = new HashSet<>();
    private final List<StreamRow> rows = new ArrayList<>();
    private long order;
    private long characters;
    private boolean passesOver;

    Turn(long order) {
      this.order = order;
    }

    /** Each stream is read once, however often it has moved. */
    void read(StreamId stream, Deadline deadline) {
      if (!read.add(stream)) {
        return;
      }
      StreamRef newest = new StreamRef(stream, Optional.empty());
      try {
        add(stream, streams.load(newest, LoadOptions.local(deadline)));
      } catch (StreamException e) {
        switch (e.reason()) {
          // All streams are concerned: the feed gives the changes again.
          case STORAGE -> throw new NotNowException(e.getMessage(), e);
          case BUSY -> {
            insist(e.getMessage(), e);
            owe(stream, e.getMessage());
          }
          case UNAVAILABLE -> owe(stream, e.getMessage());
          case INVALID, CONFLICT, NOT_FOUND -> {
            if (e.missing().isPresent()) {
              owe(stream, e.getMessage());
            }
          }
        }
      } catch (RuntimeException | LinkageError | StackOverflowError e) {
        insist(e.toString(), e);
        owe(stream, e.toString());
      }
    }

    /** It would not be otherwise if it were read again at once. */
    private void add(StreamId stream, StreamState state) {
      try {
        StreamRow row = StreamRow.of(order + 1, state);
        order++;
        characters += row.data().length();
        rows.add(row);
      } catch (RuntimeException | StackOverflowError e) {
        owe(stream, e.toString());
      }
    }

    /** Those that are read again by time have been insisted on before. */
    private void insist(String why, Throwable cause) {
      if (!passesOver) {
        insistence.on(why, cause);
      }
    }

    private void owe(StreamId stream, String why) {
      if (told.get(stream) == null) {
        told.put(stream, true);
        LOG.warn("Stream {} is in the SQL tables as it was: {}", stream, why);
      } else {
        LOG.debug("Stream {} is in the SQL tables as it was: {}", stream, why);
      }
      owed.add(stream);
    }

    Place keep(Optional<ResumeToken> token) throws SQLException {
      Place kept = new Place(token, order);
      ModelViews before = catalog.models();
      ModelViews after = views(before);
      store.put(read, rows, owed, before, after, kept);
      catalog.set(after);
      return kept;
    }

    /** The same when no model is among them. */
    private ModelViews views(ModelViews before) {
      List<ModelView> changed = new ArrayList<>();
      Set<StreamId> gone = new HashSet<>(read);
      gone.removeAll(owed);
      long next = before.next();
      int many = before.size();
      for (StreamRow row : rows) {
        Optional<Long> known = before.order(row.id());
        if (row.definition().isEmpty() || known.isEmpty() && many >= ModelViews.MOST) {
          continue;
        }
        Optional<ModelView> view =
            ModelView.of(known.orElse(next), row.id(), row.definition().get());
        if (view.isPresent()) {
          changed.add(view.get());
          gone.remove(row.id());
          next += known.isPresent() ? 0 : 1;
          many += known.isPresent() ? 0 : 1;
        }
      }
      gone.removeIf(stream -> before.order(stream).isEmpty());
      return changed.isEmpty() && gone.isEmpty() ? before : before.with(changed, gone);
    }
  }

  /** The store is closed with it. */
  synchronized void close() {
    closed = true;
    store.close();
  }
}
