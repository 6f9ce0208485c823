package org.kiln.events.copy;

import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreSalvage;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.events.journal.JournalId;
import org.kiln.events.journal.Previous;
import org.kiln.events.table.EventRecord;
import org.kiln.events.table.EventRecord.Part;

/**
 * Brings every event of a damaged store that can still be read into a new log. What is an event is
 * known by its hashes alone: tables, indexes and order of the damaged store need not be readable.
 */
public final class Rescue {
  private static final int BATCH = 128;

  /** An event whose blocks lie with others is complete when those have come. */
  private static final int MAX_PASSES = 4;

  private static final int MAX_TOLD = 100_000;

  /** How long a disk may take for one batch before it is said to take nothing. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final EventLog log;
  private final Consumer<String> lost;
  private final LongConsumer progress;
  private final List<NewEvent> batch = new ArrayList<>();
  private final Set<JournalId> formerJournals = new LinkedHashSet<>();
  private long incomplete;

  /**
   * Into a log.
   *
   * @param lost is told of everything that is missing
   * @param progress is told how many events there are
   */
  public Rescue(EventLog log, Consumer<String> lost, LongConsumer progress) {
    this.log = log;
    this.lost = lost;
    this.progress = progress;
  }

  /**
   * Runs to the end.
   *
   * @return the journals that the damaged store had
   */
  public Set<JournalId> run(StoreBackend backend, StoreSpec damaged) {
    long before = -1;
    for (int pass = 0; pass < MAX_PASSES && (pass == 0 || incomplete > 0); pass++) {
      if (log.size() == before) {
        break;
      }
      before = log.size();
      incomplete = 0;
      backend.salvage(damaged, new Pass(pass == 0));
      append();
    }
    if (incomplete > 0) {
      lost.accept("Lost: " + incomplete + " events that shared blocks with others that are lost");
    }
    Set<String> missing = new LinkedHashSet<>();
    log.scan(
        0,
        stored -> {
          tellMissing(stored.event(), missing);
          return missing.size() < MAX_TOLD;
        });
    missing.forEach(lost);
    return formerJournals;
  }

  /** One reading of the damaged store. */
  private final class Pass implements StoreSalvage {
    private final boolean first;

    Pass(boolean first) {
      this.first = first;
    }

    @Override
    public void value(byte[] value) {
      JournalId.recognize(value).ifPresent(formerJournals::add);
      EventRecord record = read(value);
      if (record == null) {
        return;
      }
      Optional<NewEvent> event = whole(record);
      if (event.isEmpty()) {
        incomplete++;
        return;
      }
      batch.add(event.get());
      if (batch.size() >= BATCH) {
        append();
      }
    }

    @Override
    public void lost(String what) {
      if (first) {
        lost.accept("Damaged: " + what);
      }
    }
  }

  /** Null for what is no record of an event, or not as it was written. */
  private static EventRecord read(byte[] value) {
    try {
      EventRecord record = EventRecord.read(value);
      for (Part part : record.blocks()) {
        if (part instanceof Part.Here here && !here.block().verified()) {
          return null;
        }
      }
      return record.blocks().isEmpty() ? null : record;
    } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException e) {
      return null;
    }
  }

  private Optional<NewEvent> whole(EventRecord record) {
    List<Block> blocks = new ArrayList<>();
    for (Part part : record.blocks()) {
      Optional<Block> block =
          part instanceof Part.Here here ? Optional.of(here.block()) : log.block(part.cid());
      if (block.isEmpty()) {
        return Optional.empty();
      }
      blocks.add(block.get());
    }
    return Optional.of(
        new NewEvent(
            record.stream(),
            record.cid(),
            record.kind(),
            record.eventId(),
            record.authenticated(),
            record.receivedAt(),
            blocks));
  }

  private void append() {
    try {
      log.append(List.copyOf(batch), Deadline.in(PATIENCE));
    } catch (LogBusyException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    batch.clear();
    progress.accept(log.size());
  }

  /** What an event builds on and is not there any more. */
  private void tellMissing(NewEvent event, Set<String> missing) {
    Cid init = event.stream().init();
    if (!log.contains(init)) {
      missing.add("Lost: the init event of stream " + event.stream());
    }
    Previous.of(event)
        .filter(previous -> !log.contains(previous))
        .ifPresent(
            previous -> missing.add("Lost: event " + previous + " of stream " + event.stream()));
  }
}
