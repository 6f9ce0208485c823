package org.kiln.tables;

import java.sql.SQLException;
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
import org.kiln.tables.RowStore.Orders;
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

  /** Events that waited are taken up again so many at a time. */
  static final int PAGE = 256;

  private static final long PAGE_CHARACTERS = 4 << 20;

  private final RowStore store;
  private final Events events;
  private final States states;
  private final Insistence insistence;
  private final Progress progress;
  private final Recent<Cid, EventState> recent = new Recent<>(STATES);
  private final Recent<Cid, Boolean> models = new Recent<>(STATES);
  private Orders orders;

  TableReader(
      RowStore store, Events events, States states, Insistence insistence, Progress progress)
      throws SQLException {
    this.insistence = insistence;
    this.store = store;
    this.events = events;
    this.states = states;
    this.progress = progress;
    orders = store.orders();
    progress.reached(store.place(), orders.byColumn());
    store.done();
  }

  @Override
  public synchronized Optional<ResumeToken> position() throws SQLException {
    recent.clear();
    models.clear();
    try {
      Optional<ResumeToken> place = store.place();
      orders = store.orders();
      if (place.isPresent()) {
        Turn turn = new Turn(orders);
        // It ended between two pages.
        for (Cid model : store.unreleased()) {
          turn.release(model, place.get());
        }
        orders = turn.orders();
      }
      progress.reached(place, orders.byColumn());
      return place;
    } finally {
      store.done();
    }
  }

  @Override
  public synchronized void take(List<FeedEvent> some, ResumeToken position) throws SQLException {
    Turn turn = new Turn(orders);
    try {
      for (FeedEvent event : some) {
        Optional<EventRow> row =
            events.row(turn.conclusion + 1, event.stream(), event.cid(), event.blocks());
        if (row.isEmpty()) {
          continue;
        }
        turn.tip++;
        turn.batch.tips.add(turn.tip, row.get());
        if (row.get().stream().isShown()) {
          turn.conclusion++;
          turn.batch.events.add(row.get());
          if (turn.judged(row.get()) && turn.isAwaited(row.get())) {
            turn.keep(event.token());
            turn.release(event.cid(), event.token());
          }
        }
      }
      turn.keep(position);
    } catch (SQLException | RuntimeException e) {
      store.done();
      throw e;
    }
    insistence.over();
    orders = turn.orders();
    progress.reached(Optional.of(position), orders.byColumn());
  }

  /** Large ones are read again: what is kept here must be bounded. */
  private void remember(Cid event, StateRow row) {
    if (row.data() == null || row.data().length() <= LARGE) {
      recent.put(event, row.state());
    }
  }

  /** A state, and its text: null when there is none. */
  private record Told(EventState state, String data) {}

  /** Whatever is wrong with one event, no other is kept from having a state. */
  private Told tell(Optional<EventState> before, EventRow row) {
    EventState state;
    try {
      state = states.after(before, row);
    } catch (NotNowException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      insistence.on(e.toString(), e);
      return untold(row, e);
    }
    try {
      return new Told(state, state.data());
    } catch (RuntimeException | StackOverflowError e) {
      return untold(row, e);
    }
  }

  private static Told untold(EventRow row, Throwable why) {
    LOG.warn("Event {} of stream {} has no state in SQL", row.cid(), row.stream().id(), why);
    List<String> errors = List.of("its state cannot be told: " + why);
    return new Told(
        new EventState(row.cid(), null, row.metadata(), Optional.empty(), errors), null);
  }

  @Override
  public synchronized void refused(FeedException reason) throws SQLException {
    LOG.info("The SQL tables are made anew: {}", reason.getMessage());
    store.forget();
    recent.clear();
    models.clear();
    orders = Orders.NONE;
    progress.reached(Optional.empty(), orders.byColumn());
  }

  /** What one batch makes, in one transaction or, where many events waited, in several. */
  private final class Turn {
    private final Map<Cid, StateRow> made = new HashMap<>();
    private final Map<Cid, WaitingRow> waiting = new HashMap<>();
    private Batch batch = new Batch();
    private long conclusion;
    private long state;
    private long tip;

    Turn(Orders from) {
      conclusion = from.event();
      state = from.state();
      tip = from.tip();
    }

    Orders orders() {
      return new Orders(conclusion, state, tip);
    }

    /** Writes all there is so far. */
    void keep(ResumeToken place) throws SQLException {
      store.add(batch, place);
      made.forEach(TableReader.this::remember);
      made.clear();
      waiting.clear();
      batch = new Batch();
    }

    /** Whether events wait for this one of their model. */
    boolean isAwaited(EventRow row) throws SQLException {
      return row.stream().type() == 2
          && (waiting.values().stream().anyMatch(waits -> waits.model().equals(row.cid()))
              || !store.waitingFor(row.cid(), 1).isEmpty());
    }

    /**
     * Gives a state to those that waited for that event of their model, as they came. However many
     * there are, few are held at a time: each page is kept with the same place in the feed, and
     * what is left goes on from {@link #position}.
     */
    void release(Cid model, ResumeToken place) throws SQLException {
      for (List<RowStore.Number> page = store.waitingFor(model, PAGE);
          !page.isEmpty();
          page = store.waitingFor(model, PAGE)) {
        long characters = 0;
        for (RowStore.Number waits : page) {
          Optional<EventRow> row = events.again(waits.order(), waits.event());
          if (row.isPresent()) {
            judged(row.get());
            String data = row.get().data();
            characters += data == null ? 0 : data.length();
          }
          batch.released = Optional.of(new RowStore.Released(model, waits.order()));
          if (characters > PAGE_CHARACTERS) {
            break;
          }
        }
        keep(place);
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
      Told told = tell(before, row);
      if (row.stream().type() == 3 && waitsFor.isEmpty()) {
        Cid model = modelVersion(row, told.state());
        waitsFor = hasModel(model) ? Optional.empty() : Optional.of(model);
      }
      if (waitsFor.isPresent()) {
        WaitingRow waits = new WaitingRow(row, told.state(), told.data(), waitsFor.get());
        waiting.put(row.cid(), waits);
        batch.pending.add(waits);
        return false;
      }
      state++;
      StateRow made = new StateRow(row, state, told.state(), told.data());
      batch.states.add(made);
      this.made.put(row.cid(), made);
      return true;
    }

    private Optional<EventState> find(Cid event) throws SQLException {
      StateRow here = made.get(event);
      EventState found = here != null ? here.state() : recent.get(event);
      return found != null ? Optional.of(found) : store.state(event);
    }

    private Optional<Cid> waits(Cid event) throws SQLException {
      WaitingRow here = waiting.get(event);
      if (here != null) {
        return Optional.of(here.model());
      }
      if (made.containsKey(event) || recent.get(event) != null) {
        return Optional.empty();
      }
      Optional<Cid> model = store.waits(event);
      // Those on one of the next pages do not wait any more.
      return model.isPresent() && hasModel(model.get()) ? Optional.empty() : model;
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
