package org.kiln.tables;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.tables.RowStore.Batch;
import org.kiln.tables.RowStore.StateRow;
import org.kiln.tables.RowStore.WaitingRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the feed of events and writes the tables. Numbers are given in the order of the feed, so
 * tables that are made anew have the same. One call at a time, as the feed promises.
 */
final class TableReader implements EventReader {
  /** The name under which the console shows how far the tables are. */
  static final String NAME = "tables";

  private static final Logger LOG = LoggerFactory.getLogger(TableReader.class);
  private static final int STATES = 4_000;
  private static final int LARGE = 4_096;

  private final RowStore store;
  private final Events events;
  private final States states;
  private final Progress progress;
  private final Recent<Cid, EventState> recent = new Recent<>(STATES);
  private final Recent<Cid, Boolean> models = new Recent<>(STATES);

  TableReader(RowStore store, Events events, States states, Progress progress) throws SQLException {
    this.store = store;
    this.events = events;
    this.states = states;
    this.progress = progress;
    long[] orders = store.orders();
    progress.reached(store.place(), orders[0], orders[1]);
    store.done();
  }

  @Override
  public synchronized Optional<ResumeToken> position() throws SQLException {
    recent.clear();
    models.clear();
    Optional<ResumeToken> place = store.place();
    long[] orders = store.orders();
    store.done();
    progress.reached(place, orders[0], orders[1]);
    return place;
  }

  @Override
  public synchronized void take(List<FeedEvent> some, ResumeToken position) throws SQLException {
    Turn turn = new Turn(progress.conclusionOrder(), progress.stateOrder());
    try {
      for (FeedEvent event : some) {
        Optional<EventRow> row =
            events.row(turn.conclusion + 1, event.stream(), event.cid(), event.blocks());
        if (row.isPresent()) {
          turn.conclusion++;
          turn.batch.events.add(row.get());
          turn.arrived(row.get());
        }
      }
      store.add(turn.batch, position);
    } catch (SQLException | RuntimeException e) {
      store.done();
      throw e;
    }
    turn.made.forEach(this::remember);
    progress.reached(Optional.of(position), turn.conclusion, turn.state);
  }

  /** Large ones are read again: what is kept here must be bounded. */
  private void remember(Cid event, EventState state) {
    String data = state.data();
    if (data == null || data.length() <= LARGE) {
      recent.put(event, state);
    }
  }

  @Override
  public synchronized void refused(FeedException reason) throws SQLException {
    LOG.info("The SQL tables are made anew: {}", reason.getMessage());
    store.forget();
    recent.clear();
    models.clear();
    progress.reached(Optional.empty(), 0, 0);
  }

  /** What one batch makes. */
  private final class Turn {
    private final Batch batch = new Batch();
    private final Map<Cid, EventState> made = new HashMap<>();
    private final Map<Cid, WaitingRow> waiting = new HashMap<>();
    private long conclusion;
    private long state;

    Turn(long conclusion, long state) {
      this.conclusion = conclusion;
      this.state = state;
    }

    void arrived(EventRow row) throws SQLException {
      Deque<EventRow> todo = new ArrayDeque<>();
      todo.add(row);
      while (!todo.isEmpty()) {
        EventRow next = todo.remove();
        if (judged(next) && next.stream().type() == 2) {
          todo.addAll(released(next.cid()));
        }
      }
    }

    /** Gives the event a state, or has it wait; says whether it has one now. */
    private boolean judged(EventRow row) throws SQLException {
      Optional<EventState> before = Optional.empty();
      Optional<Cid> waitsFor = Optional.empty();
      if (row.previous().isPresent()) {
        Cid previous = row.previous().get();
        waitsFor = waits(previous);
        before = waitsFor.isPresent() ? unjudged(previous) : find(previous);
      }
      EventState after = states.after(before, row);
      if (row.stream().type() == 3 && waitsFor.isEmpty()) {
        Cid model = modelVersion(row, after);
        waitsFor = hasModel(model) ? Optional.empty() : Optional.of(model);
      }
      if (waitsFor.isPresent()) {
        WaitingRow waits = new WaitingRow(row, after, waitsFor.get());
        waiting.put(row.cid(), waits);
        batch.pending.add(waits);
        return false;
      }
      state++;
      batch.states.add(new StateRow(row, state, after));
      made.put(row.cid(), after);
      return true;
    }

    private Optional<EventState> find(Cid event) throws SQLException {
      EventState found = made.getOrDefault(event, recent.get(event));
      return found != null ? Optional.of(found) : store.state(event);
    }

    private Optional<Cid> waits(Cid event) throws SQLException {
      WaitingRow here = waiting.get(event);
      if (here != null) {
        return Optional.of(here.model());
      }
      return made.containsKey(event) || recent.get(event) != null || isReleased(event)
          ? Optional.empty()
          : store.waits(event);
    }

    private boolean isReleased(Cid event) {
      return batch.released.contains(event);
    }

    private Optional<EventState> unjudged(Cid event) throws SQLException {
      WaitingRow here = waiting.get(event);
      return here != null ? Optional.of(here.state()) : store.waitingState(event);
    }

    private boolean hasModel(Cid model) throws SQLException {
      if (made.containsKey(model) || models.get(model) != null) {
        return true;
      }
      boolean found = store.state(model).isPresent();
      if (found) {
        models.put(model, true);
      }
      return found;
    }

    /** Those that waited for that event of their model, as they came. */
    private List<EventRow> released(Cid model) throws SQLException {
      List<EventRow> free = new ArrayList<>();
      for (RowStore.Number waits : store.waitingFor(model)) {
        if (!isReleased(waits.event())) {
          batch.released.add(waits.event());
          events.again(waits.order(), waits.event()).ifPresent(free::add);
        }
      }
      batch.pending.removeIf(
          row -> {
            boolean freed = row.model().equals(model);
            if (freed) {
              waiting.remove(row.event().cid());
              free.add(row.event());
            }
            return freed;
          });
      return free;
    }
  }

  private static Cid modelVersion(EventRow row, EventState after) {
    return after
        .metadata()
        .text("modelVersion")
        .map(Cid::parse)
        .or(() -> new StreamMetadata(row.stream().header()).model().map(model -> model.init()))
        .orElse(row.cid());
  }
}
