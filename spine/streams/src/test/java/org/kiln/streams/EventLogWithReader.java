package org.kiln.streams;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.RangeHash;
import org.kiln.core.log.StoredEvent;

/** A log of whose events somebody hears once they are kept, before their writer does. */
record EventLogWithReader(EventLog log, Consumer<Cid> reader) implements EventLog {
  @Override
  public List<Long> admit(List<Admission> events, Consumer<? super Batch> also, Deadline deadline)
      throws LogBusyException {
    List<Long> sequences = log.admit(events, also, deadline);
    events.forEach(event -> reader.accept(event.event().cid()));
    return sequences;
  }

  @Override
  public Optional<StoredEvent> event(Cid cid) {
    return log.event(cid);
  }

  @Override
  public boolean mayHold() {
    return log.mayHold();
  }

  @Override
  public boolean contains(Cid cid) {
    return log.contains(cid);
  }

  @Override
  public Optional<Block> block(Cid cid) {
    return log.block(cid);
  }

  @Override
  public void scanStream(StreamId stream, long afterSequence, Predicate<StoredEvent> sink) {
    log.scanStream(stream, afterSequence, sink);
  }

  @Override
  public void scan(long afterSequence, Predicate<StoredEvent> sink) {
    log.scan(afterSequence, sink);
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
