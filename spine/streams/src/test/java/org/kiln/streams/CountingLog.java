package org.kiln.streams;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.RangeHash;
import org.kiln.core.log.StoredEvent;

/** A log that counts how many events are read from it. */
final class CountingLog implements EventLog {
  private final EventLog log;
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong largestWrite = new AtomicLong();
  private final Set<Cid> damaged = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>();

  CountingLog(EventLog log) {
    this.log = log;
  }

  /** Events handed out so far. */
  long read() {
    return read.get();
  }

  /** How often something was looked for in the log so far. */
  long looks() {
    return looks.get();
  }

  /** The most bytes of blocks that came in one write. */
  long largestWrite() {
    return largestWrite.get();
  }

  /** That event cannot be read from now on. */
  void damage(Cid event) {
    damaged.add(event);
  }

  private Predicate<StoredEvent> counting(Predicate<StoredEvent> sink) {
    return event -> {
      if (damaged.contains(event.event().cid())) {
        throw new StoreException(StoreException.Kind.CORRUPT, "A bit has flipped", null);
      }
      read.incrementAndGet();
      return sink.test(event);
    };
  }

  @Override
  public List<Long> admit(List<Admission> events, Consumer<? super Batch> also, Deadline deadline)
      throws LogBusyException {
    long bytes =
        events.stream()
            .flatMap(admission -> admission.event().blocks().stream())
            .mapToLong(Block::size)
            .sum();
    largestWrite.accumulateAndGet(bytes, Math::max);
    return log.admit(events, also, deadline);
  }

  @Override
  public Optional<StoredEvent> event(Cid cid) {
    read.incrementAndGet();
    looks.incrementAndGet();
    return log.event(cid);
  }

  @Override
  public boolean mayHold() {
    return log.mayHold();
  }

  @Override
  public boolean contains(Cid cid) {
    boolean contains = log.contains(cid);
    Runnable action = meanwhile.getAndSet(null);
    if (action != null) {
      action.run();
    }
    return contains;
  }

  /** Runs something after the next look into the log, before its answer is out. */
  void meanwhile(Runnable action) {
    meanwhile.set(action);
  }

  @Override
  public Optional<Block> block(Cid cid) {
    read.incrementAndGet();
    return log.block(cid);
  }

  @Override
  public void scanStream(StreamId stream, long afterSequence, Predicate<StoredEvent> sink) {
    looks.incrementAndGet();
    log.scanStream(stream, afterSequence, counting(sink));
  }

  @Override
  public void scan(long afterSequence, Predicate<StoredEvent> sink) {
    log.scan(afterSequence, counting(sink));
  }

  @Override
  public long lastSequence() {
    return log.lastSequence();
  }

  @Override
  public long size() {
    return log.size();
  }

  @Override
  public RangeHash rangeHash(byte[] from, byte[] to) {
    return log.rangeHash(from, to);
  }

  @Override
  public void scanKeys(byte[] from, byte[] to, Predicate<EventId> sink) {
    log.scanKeys(from, to, sink);
  }

  @Override
  public LogStats stats() {
    return log.stats();
  }
}
