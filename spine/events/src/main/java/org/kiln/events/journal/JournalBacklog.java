package org.kiln.events.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.kiln.api.feed.Origin;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.table.EventReader;
import org.kiln.events.table.Place;
import org.kiln.events.table.SequenceIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings into the journal what a release without one has kept: all events in the order of their
 * numbers, each delivered after what it builds on. Page by page; one that is cut short is gone on
 * with when the log is opened again. How streams were moved is noted by their own room, to which
 * all of these events are unsettled.
 */
public final class JournalBacklog {
  private static final Logger LOG = LoggerFactory.getLogger(JournalBacklog.class);
  private static final int PAGE = 256;
  private static final Duration TOLD = Duration.ofSeconds(10);

  private final Store store;
  private final JournalWriter journal;
  private final Consumer<StoreException> damaged;

  /**
   * Of a store.
   *
   * @param damaged is told of events that cannot be read
   */
  public JournalBacklog(Store store, JournalWriter journal, Consumer<StoreException> damaged) {
    this.store = store;
    this.journal = journal;
    this.damaged = damaged;
  }

  /** Does nothing when the journal is complete. */
  public void bringIn() {
    long last = store.read(SequenceIndex::last);
    if (journal.sequence() >= last) {
      return;
    }
    LOG.info(
        "The feed's journal is made for {} events, once; this may take a while",
        last - journal.sequence());
    long told = System.nanoTime();
    while (journal.sequence() < last || journal.releasing()) {
      page(last);
      if (System.nanoTime() - told > TOLD.toNanos()) {
        told = System.nanoTime();
        LOG.info("The feed's journal has {} of {} events", journal.sequence(), last);
      }
    }
    LOG.info("The feed's journal is made: {} events, {} of them held", last, journal.held());
  }

  private void page(long last) {
    List<Place> places =
        store.read(snapshot -> SequenceIndex.after(snapshot, journal.sequence(), PAGE));
    long upTo = places.isEmpty() ? last : places.getLast().sequence();
    List<StoredEvent> events = new ArrayList<>(places.size());
    places.forEach(place -> read(place).ifPresent(events::add));
    AtomicReference<JournalBatch> written = new AtomicReference<>();
    store.write(
        batch -> {
          JournalBatch journaled = journal.begin(batch);
          events.forEach(event -> add(event, journaled));
          journaled.reached(upTo);
          journaled.finish();
          written.set(journaled);
        },
        upTo < last ? Durability.BUFFERED : Durability.SYNCED);
    journal.written(written.get());
  }

  private static void add(StoredEvent stored, JournalBatch to) {
    NewEvent event = stored.event();
    to.place(
        new JournalEntry(
            event.stream(), event.cid(), stored.sequence(), Optional.empty(), Origin.UNKNOWN),
        Previous.of(event));
  }

  /** One that is damaged is left out, as it is everywhere else. */
  private Optional<StoredEvent> read(Place place) {
    try {
      return Optional.of(store.read(snapshot -> new EventReader(snapshot).event(place)));
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      damaged.accept(e);
      return Optional.empty();
    }
  }
}
