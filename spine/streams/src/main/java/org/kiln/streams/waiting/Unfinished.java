package org.kiln.streams.waiting;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.streams.state.KeptDependency;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What streams wait for, kept over restarts: a row is written soon after a derivation has ended
 * with something missing, and deleted when it is there. Streams that lack nothing cost a look at a
 * map that is empty most of the time. At most so many are known at once; the others stay in the
 * store until there is room. A row that is lost is written again when its stream is derived.
 * Thread-safe.
 */
public final class Unfinished implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Unfinished.class);
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PAGE = 500;

  private final NodeStore store;
  private final Later later;
  private final int most;
  private final Map<StreamId, Dependency> known = new ConcurrentHashMap<>();
  private final Map<StreamId, Optional<Dependency>> unwritten = new ConcurrentHashMap<>();
  private final AtomicBoolean writing = new AtomicBoolean();
  private final AtomicBoolean reading = new AtomicBoolean();

  /** The first row that was not read for want of room; null when all are known. */
  private volatile byte[] rest;

  private volatile BiConsumer<Dependency, StreamId> sink = (missing, stream) -> {};

  public Unfinished(NodeStore store, Later later, int most) {
    this.store = store;
    this.later = later;
    this.most = most;
  }

  /** The state of a stream ends where something is missing. */
  public void waits(StreamId stream, Dependency missing) {
    if (missing.equals(known.get(stream)) || known.size() >= most && !known.containsKey(stream)) {
      return;
    }
    known.put(stream, missing);
    write(stream, Optional.of(missing));
  }

  /** Nothing of the stream waits any more. */
  void finished(StreamId stream) {
    if (!known.isEmpty() && known.remove(stream) != null) {
      write(stream, Optional.empty());
      if (rest != null && known.size() < most / 2) {
        readLater();
      }
    }
  }

  /**
   * Reads what earlier runs have left, in the background.
   *
   * @param sink is told what is missing, and who waits for it
   */
  void read(BiConsumer<Dependency, StreamId> sink) {
    this.sink = sink;
    this.rest = new byte[0];
    readLater();
  }

  private void readLater() {
    if (reading.compareAndSet(false, true)) {
      later.run(Duration.ZERO, this::readOn);
    }
  }

  private void readOn() {
    try {
      while (rest != null && known.size() < most) {
        rest = readPage(rest);
      }
    } catch (StoreException e) {
      LOG.warn("What streams wait for cannot be read now: {}", e.getMessage());
    } finally {
      reading.set(false);
    }
  }

  /** Reads some rows; answers where the next begin, null at the end. */
  private byte[] readPage(byte[] from) {
    Map<StreamId, Dependency> page = new HashMap<>();
    byte[] next =
        store.read(
            snapshot -> {
              try (Cursor cursor = snapshot.range(NodeTables.UNFINISHED, from, null, false)) {
                while (cursor.next()) {
                  if (page.size() == PAGE) {
                    return cursor.key();
                  }
                  page.put(
                      StreamId.of(cursor.key()),
                      KeptDependency.parse(new String(cursor.value(), StandardCharsets.UTF_8)));
                }
              }
              return null;
            });
    page.forEach(
        (stream, missing) -> {
          // What was found out in this run is newer.
          if (!unwritten.containsKey(stream) && known.putIfAbsent(stream, missing) == null) {
            sink.accept(missing, stream);
          }
        });
    return next;
  }

  /** Forgets everything, for a rebuild, which finds out anew what is missing. */
  public void clear() throws LogBusyException {
    known.clear();
    unwritten.clear();
    rest = null;
    List<byte[]> keys;
    do {
      keys =
          store.read(
              snapshot -> {
                List<byte[]> some = new ArrayList<>();
                try (Cursor cursor = snapshot.range(NodeTables.UNFINISHED, null, null, false)) {
                  while (some.size() < PAGE && cursor.next()) {
                    some.add(cursor.key());
                  }
                }
                return some;
              });
      List<byte[]> page = keys;
      store.write(
          batch -> page.forEach(key -> batch.delete(NodeTables.UNFINISHED, key)),
          Durability.BUFFERED,
          Deadline.in(PATIENCE));
    } while (!keys.isEmpty());
  }

  private void write(StreamId stream, Optional<Dependency> missing) {
    unwritten.put(stream, missing);
    writeIn(SOON);
  }

  private void writeIn(Duration pause) {
    if (writing.compareAndSet(false, true)) {
      later.run(pause, this::writeAll);
    }
  }

  private void writeAll() {
    writing.set(false);
    if (!flush()) {
      writeIn(AGAIN);
    }
  }

  /** Writes what is not written yet; false when the store does not take it now. */
  private boolean flush() {
    Map<StreamId, Optional<Dependency>> rows = new HashMap<>(unwritten);
    if (rows.isEmpty()) {
      return true;
    }
    List<Map.Entry<StreamId, Optional<Dependency>>> sorted = new ArrayList<>(rows.entrySet());
    sorted.sort((a, b) -> Arrays.compareUnsigned(a.getKey().bytes(), b.getKey().bytes()));
    try {
      for (int from = 0; from < sorted.size(); from += PAGE) {
        List<Map.Entry<StreamId, Optional<Dependency>>> page =
            sorted.subList(from, Math.min(sorted.size(), from + PAGE));
        store.write(
            batch ->
                page.forEach(
                    row -> {
                      byte[] key = row.getKey().bytes();
                      row.getValue()
                          .ifPresentOrElse(
                              missing ->
                                  batch.put(
                                      NodeTables.UNFINISHED,
                                      key,
                                      missing.text().getBytes(StandardCharsets.UTF_8)),
                              () -> batch.delete(NodeTables.UNFINISHED, key));
                    }),
            Durability.BUFFERED,
            Deadline.in(PATIENCE));
        page.forEach(row -> unwritten.remove(row.getKey(), row.getValue()));
      }
      return true;
    } catch (LogBusyException | StoreException e) {
      LOG.debug("What streams wait for is written later: {}", e.getMessage());
      return false;
    }
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    flush();
  }
}
