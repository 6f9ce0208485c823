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
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
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

  /** Those that could not be read before are read again, so many with each batch. */
  private static final int OWED = 100;

  /** What is held before it is written. */
  private static final long CHARACTERS = 4 << 20;

  private final StreamStore store;
  private final StreamReads streams;
  private final Progress progress;
  private final Catalog catalog;
  private Place place;

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
    for (StreamId stream : store.owed(OWED)) {
      turn.read(stream);
    }
    for (StreamChange change : changes) {
      turn.read(change.stream());
      if (turn.characters > CHARACTERS) {
        reached(turn.keep(change.token()));
        turn = new Turn(place.order());
      }
    }
    reached(turn.keep(position));
  }

  @Override
  public synchronized void refused(FeedException reason) throws SQLException {
    LOG.info("The SQL tables of streams are made anew: {}", reason.getMessage());
    store.forget();
    catalog.set(ModelViews.NONE);
    reached(Place.BEGIN);
  }

  /** What is written in one transaction. */
  private final class Turn {
    private final Set<StreamId> read = new LinkedHashSet<>();
    private final Set<StreamId> owed = new HashSet<>();
    private final List<StreamRow> rows = new ArrayList<>();
    private long order;
    private long characters;

    Turn(long order) {
      this.order = order;
    }

    /** Each stream is read once, however often it has moved. */
    void read(StreamId stream) {
      if (!read.add(stream)) {
        return;
      }
      StreamRef newest = new StreamRef(stream, Optional.empty());
      try {
        StreamRow row =
            StreamRow.of(order + 1, streams.load(newest, LoadOptions.local(Deadline.in(PATIENCE))));
        order++;
        characters += row.data().length();
        rows.add(row);
      } catch (StreamException e) {
        switch (e.reason()) {
          // All streams are concerned: the feed gives the changes again.
          case BUSY, STORAGE -> throw new IllegalStateException(e.getMessage(), e);
          case UNAVAILABLE -> owe(stream, e.getMessage());
          case INVALID, CONFLICT, NOT_FOUND -> {
            if (e.missing().isPresent()) {
              owe(stream, e.getMessage());
            }
          }
        }
      }
    }

    private void owe(StreamId stream, String why) {
      LOG.warn("Stream {} is in the SQL tables as it was: {}", stream, why);
      owed.add(stream);
    }

    Place keep(ResumeToken token) throws SQLException {
      Place kept = new Place(Optional.of(token), order);
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
    store.close();
  }
}
