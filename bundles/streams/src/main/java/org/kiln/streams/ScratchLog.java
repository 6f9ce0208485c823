package org.kiln.streams;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Table;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.RangeHash;
import org.kiln.core.log.StoredEvent;

/** A log of a few events in memory, for services that keep nothing. One caller at a time. */
final class ScratchLog implements EventLog, NodeStore {
  private final List<StoredEvent> events = new ArrayList<>();
  private final Map<Cid, Block> blocks = new HashMap<>();
  private final Map<Table, NavigableMap<byte[], byte[]>> tables = new HashMap<>();

  @Override
  public synchronized List<Long> append(
      List<NewEvent> added, Consumer<? super Batch> also, Deadline deadline) {
    List<Long> sequences = new ArrayList<>();
    for (NewEvent event : added) {
      events.add(new StoredEvent(events.size() + 1L, event));
      event.blocks().forEach(block -> blocks.put(block.cid(), block));
      sequences.add((long) events.size());
    }
    also.accept(new Tables());
    return sequences;
  }

  @Override
  public synchronized Optional<StoredEvent> event(Cid cid) {
    return events.stream().filter(event -> event.event().cid().equals(cid)).findFirst();
  }

  @Override
  public boolean contains(Cid cid) {
    return event(cid).isPresent();
  }

  @Override
  public synchronized Optional<Block> block(Cid cid) {
    return Optional.ofNullable(blocks.get(cid));
  }

  @Override
  public void scanStream(StreamId stream, long afterSequence, Predicate<StoredEvent> sink) {
    scan(afterSequence, event -> !event.event().stream().equals(stream) || sink.test(event));
  }

  @Override
  public synchronized void scan(long afterSequence, Predicate<StoredEvent> sink) {
    for (int i = (int) afterSequence; i < events.size() && sink.test(events.get(i)); i++) {
      // The sink does the work.
    }
  }

  @Override
  public synchronized long lastSequence() {
    return events.size();
  }

  @Override
  public long size() {
    return lastSequence();
  }

  @Override
  public RangeHash rangeHash(byte[] from, byte[] to) {
    return RangeHash.EMPTY;
  }

  /** Nothing synchronises with a log like this; it has no Recon order. */
  @Override
  public void scanKeys(byte[] from, byte[] to, Predicate<EventId> sink) {}

  @Override
  public LogStats stats() {
    return new LogStats(size(), 0, 0, 0, size());
  }

  @Override
  public synchronized <T> T read(Function<? super Snapshot, ? extends T> reader) {
    return reader.apply(new Tables());
  }

  @Override
  public synchronized void write(
      Consumer<? super Batch> writer, Durability durability, Deadline deadline) {
    writer.accept(new Tables());
  }

  private NavigableMap<byte[], byte[]> table(Table table) {
    return tables.computeIfAbsent(table, name -> new TreeMap<>(Arrays::compareUnsigned));
  }

  /** The tables as they are, read and written in place. */
  private final class Tables implements Batch {
    @Override
    public void put(Table table, byte[] key, byte[] value) {
      table(table).put(key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
      table(table).remove(key);
    }

    @Override
    public byte[] get(Table table, byte[] key) {
      return table(table).get(key);
    }

    @Override
    public Cursor range(Table table, byte[] from, byte[] to, boolean reverse) {
      NavigableMap<byte[], byte[]> range = table(table);
      range = from == null ? range : range.tailMap(from, true);
      range = to == null ? range : range.headMap(to, false);
      return new Walk((reverse ? range.descendingMap() : range).entrySet().iterator());
    }
  }

  private static final class Walk implements Cursor {
    private final Iterator<Map.Entry<byte[], byte[]>> entries;
    private Map.Entry<byte[], byte[]> at;

    private Walk(Iterator<Map.Entry<byte[], byte[]>> entries) {
      this.entries = entries;
    }

    @Override
    public boolean next() {
      at = entries.hasNext() ? entries.next() : null;
      return at != null;
    }

    @Override
    public byte[] key() {
      return at.getKey();
    }

    @Override
    public byte[] value() {
      return at.getValue();
    }

    @Override
    public void close() {}
  }
}
