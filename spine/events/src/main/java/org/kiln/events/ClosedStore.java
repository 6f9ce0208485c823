package org.kiln.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreCheck;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.LogBusyException;
import org.kiln.events.check.LogCheck;
import org.kiln.events.copy.Rescue;
import org.kiln.events.guard.GuardedStore;
import org.kiln.events.guard.StoreMark;
import org.kiln.events.journal.JournalCheck;
import org.kiln.events.journal.JournalId;
import org.kiln.events.table.SequenceIndex;
import org.kiln.events.write.WriterSettings;

/** What an operator does with a store while no node has it open: look through it, and save it. */
public final class ClosedStore {
  private static final int MAX_KEPT = 100_000;

  private final StoreBackend backend;
  private final StoreSpec spec;
  private final List<String> found = new ArrayList<>();
  private long count;

  /** Of that backend and place. */
  public ClosedStore(StoreBackend backend, StoreSpec spec) {
    this.backend = backend;
    this.spec = spec;
  }

  /**
   * What was found.
   *
   * @param events that are well, or were saved; −1 when they could not be looked at
   * @param known how many there were as far as anybody knows, 0 when nobody does
   * @param count of what is damaged or lost
   * @param what the first hundred thousand of it, a sentence each
   */
  public record Report(long events, long known, long count, List<String> what) {}

  /** Looks at every byte of the files and, if the store can be opened, at every event. */
  public Report check(BiConsumer<Long, Long> progress) {
    Optional<StoreMark.Reached> mark = StoreMark.read(StoreMark.besides(spec.directory()));
    long known = mark.map(StoreMark.Reached::sequence).orElse(0L);
    long syncedTo = mark.map(StoreMark.Reached::syncedTo).orElse(0L);
    backend.check(
        spec.withSyncedTo(syncedTo),
        new StoreCheck() {
          @Override
          public void damaged(String what) {
            found(what);
          }

          @Override
          public void looked(long bytes) {
            // the events take longer, and have a number
          }
        });
    try (Store store = GuardedStore.open(backend, spec)) {
      long last = store.read(SequenceIndex::last);
      long well =
          new LogCheck(store, this::found).run(0, last, reached -> progress.accept(reached, last));
      new JournalCheck(store, this::found).run(reached -> progress.accept(last, last));
      return report(well, Math.max(known, last));
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      if (count == 0) {
        found(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      }
      return report(-1, known);
    }
  }

  /**
   * Saves every event that can still be read into a new store.
   *
   * @param target where; holds nothing yet, or what an earlier try has saved
   */
  public Report rescue(StoreSpec target, BiConsumer<Long, Long> progress) {
    long known =
        StoreMark.read(StoreMark.besides(spec.directory()))
            .map(StoreMark.Reached::sequence)
            .orElse(0L);
    Store opened = GuardedStore.open(backend, target);
    WriterSettings settings = WriterSettings.defaults();
    try (EventStore log = EventStore.open(opened, settings, target.directory())) {
      Rescue rescue = new Rescue(log, this::found, saved -> progress.accept(saved, -1L));
      for (JournalId former : rescue.run(backend, spec)) {
        log.follow(former);
      }
      return report(log.size(), known);
    } catch (LogBusyException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void found(String what) {
    count++;
    if (found.size() < MAX_KEPT) {
      found.add(what);
    }
  }

  private Report report(long events, long known) {
    return new Report(events, known, count, List.copyOf(found));
  }
}
