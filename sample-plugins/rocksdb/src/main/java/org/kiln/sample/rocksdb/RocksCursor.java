package org.kiln.sample.rocksdb;

import java.nio.file.Path;
import java.util.Arrays;
import org.kiln.api.store.Cursor;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A walk over a range. */
final class RocksCursor implements Cursor {
  private final Path directory;
  private final RocksIterator iterator;
  private final byte[] from;
  private final byte[] to;
  private final boolean reverse;
  private boolean begun;
  private boolean ended;
  private boolean closed;

  RocksCursor(Path directory, RocksIterator iterator, byte[] from, byte[] to, boolean reverse) {
    this.directory = directory;
    this.iterator = iterator;
    this.from = from;
    this.to = to;
    this.reverse = reverse;
  }

  @Override
  public boolean next() {
    if (ended || closed) {
      return false;
    }
    if (begun) {
      step();
    } else {
      begun = true;
      seek();
    }
    ended = !iterator.isValid() || beyond(iterator.key());
    if (ended) {
      try {
        iterator.status();
      } catch (RocksDBException e) {
        throw Failures.of(directory, "read", e);
      }
    }
    return !ended;
  }

  private void step() {
    if (reverse) {
      iterator.prev();
    } else {
      iterator.next();
    }
  }

  private void seek() {
    if (!reverse && from == null) {
      iterator.seekToFirst();
    } else if (!reverse) {
      iterator.seek(from);
    } else if (to == null) {
      iterator.seekToLast();
    } else {
      // The last key at or before the end, which itself is not in the range.
      iterator.seekForPrev(to);
      if (iterator.isValid() && Arrays.equals(iterator.key(), to)) {
        iterator.prev();
      }
    }
  }

  private boolean beyond(byte[] key) {
    return reverse
        ? from != null && Arrays.compareUnsigned(key, from) < 0
        : to != null && Arrays.compareUnsigned(key, to) >= 0;
  }

  @Override
  public byte[] key() {
    return iterator.key();
  }

  @Override
  public byte[] value() {
    return iterator.value();
  }

  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      iterator.close();
    }
  }
}
