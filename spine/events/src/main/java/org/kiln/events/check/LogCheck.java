package org.kiln.events.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.table.BlockEntry;
import org.kiln.events.table.EventReader;
import org.kiln.events.table.Place;
import org.kiln.events.table.SequenceIndex;

/** Reads every event there is, hashes its blocks, and looks whether the indexes find it. */
public final class LogCheck {
  private static final int PAGE = 128;

  private final Store store;
  private final Consumer<String> damaged;

  /**
   * Of a store.
   *
   * @param damaged is told of each damage, in a sentence
   */
  public LogCheck(Store store, Consumer<String> damaged) {
    this.store = store;
    this.damaged = damaged;
  }

  /**
   * Looks through the events with numbers after one, up to another.
   *
   * @param progress is told the number that was reached; may block
   * @return how many are well
   */
  public long run(long after, long upTo, LongConsumer progress) {
    long well = 0;
    long reached = after;
    while (reached < upTo) {
      long from = reached;
      List<Place> places;
      try {
        places = store.read(snapshot -> SequenceIndex.after(snapshot, from, PAGE));
      } catch (StoreException e) {
        damaged.accept("The index of events from number " + (from + 1) + " on: " + e.getMessage());
        return well;
      }
      if (places.isEmpty()) {
        damaged.accept(
            "The index of events ends with number " + from + "; there should be " + upTo + ".");
        return well;
      }
      for (Place place : places) {
        well += isWell(place) ? 1 : 0;
      }
      reached = places.getLast().sequence();
      progress.accept(Math.min(reached, upTo));
    }
    return well;
  }

  private boolean isWell(Place place) {
    List<String> wrong = new ArrayList<>();
    try {
      store.read(
          snapshot -> {
            look(snapshot, place, wrong);
            return null;
          });
    } catch (StoreException e) {
      wrong.add(e.getMessage());
    }
    wrong.forEach(what -> damaged.accept("Event " + place.sequence() + ": " + what));
    return wrong.isEmpty();
  }

  private static void look(Snapshot snapshot, Place place, List<String> wrong) {
    EventReader reader = new EventReader(snapshot);
    StoredEvent stored = reader.event(place);
    boolean found =
        reader
            .entry(stored.event().cid())
            .flatMap(BlockEntry::event)
            .filter(at -> at.sequence() == place.sequence())
            .isPresent();
    String which = stored.event().cid() + " of stream " + stored.event().stream();
    if (!found) {
      wrong.add("the index of blocks does not find " + which);
    }
    boolean ordered =
        stored
            .event()
            .eventId()
            .map(id -> snapshot.get(NodeTables.ORDER, id.bytes()) != null)
            .orElse(true);
    if (!ordered) {
      wrong.add("the Recon order has not " + which);
    }
  }
}
