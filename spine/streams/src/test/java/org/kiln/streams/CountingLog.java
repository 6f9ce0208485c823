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
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.StoredEvent;
import org.kiln.fixtures.ForwardingEventLog;

/** A log that counts how many events are read from it. */
final class CountingLog extends ForwardingEventLog {
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong largestWrite = new AtomicLong();
  private final Set<Cid> damaged = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>();

  CountingLog(EventLog log) {
    super(log);
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
    return super.admit(events, also, deadline);
  }

  @Override
  public Optional<StoredEvent> event(Cid cid) {
    read.incrementAndGet();
    looks.incrementAndGet();
    return super.event(cid);
  }

  @Override
  public boolean contains(Cid cid) {
    boolean contains = super.contains(cid);
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
    return super.block(cid);
  }

  @Override
  public void scanStream(StreamId stream, long afterSequence, Predicate<StoredEvent> sink) {
    looks.incrementAndGet();
    super.scanStream(stream, afterSequence, counting(sink));
  }

  @Override
  public void scan(long afterSequence, Predicate<StoredEvent> sink) {
    super.scan(afterSequence, counting(sink));
  }
}
