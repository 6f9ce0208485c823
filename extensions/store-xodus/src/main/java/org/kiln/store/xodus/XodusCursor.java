package org.kiln.store.xodus;

import java.util.Arrays;
import jetbrains.exodus.ByteIterable;
import org.kiln.api.store.Cursor;

/** A walk over one Xodus store, within bounds. */
final class XodusCursor implements Cursor {
  private static final byte[] EMPTY = {};

  private enum Place {
    BEFORE,
    INSIDE,
    BEHIND
  }

  private final jetbrains.exodus.env.Cursor cursor;
  private final byte[] from;
  private final byte[] to;
  private final boolean reverse;
  private Place place = Place.BEFORE;
  private byte[] key;

  XodusCursor(jetbrains.exodus.env.Cursor cursor, byte[] from, byte[] to, boolean reverse) {
    this.cursor = cursor;
    this.from = from;
    this.to = to;
    this.reverse = reverse;
  }

  @Override
  public boolean next() {
    boolean found =
        switch (place) {
          case BEFORE -> reverse ? last() : first();
          case INSIDE -> reverse ? cursor.getPrev() : cursor.getNext();
          case BEHIND -> false;
        };
    key = found ? KeyCode.decode(cursor.getKey()) : null;
    place = found && inside(key) ? Place.INSIDE : Place.BEHIND;
    return place == Place.INSIDE;
  }

  private boolean first() {
    return from == null || from.length == 0
        ? cursor.getNext()
        : cursor.getSearchKeyRange(KeyCode.bound(from)) != null;
  }

  private boolean last() {
    if (to == null) {
      return cursor.getLast();
    }
    if (to.length == 0) {
      return false;
    }
    boolean beyond = cursor.getSearchKeyRange(KeyCode.bound(to)) == null;
    return beyond ? cursor.getLast() : cursor.getPrev();
  }

  private boolean inside(byte[] key) {
    return reverse
        ? from == null || Arrays.compareUnsigned(key, from) >= 0
        : to == null || Arrays.compareUnsigned(key, to) < 0;
  }

  @Override
  public byte[] key() {
    checkInside();
    return key;
  }

  @Override
  public byte[] value() {
    checkInside();
    return bytes(cursor.getValue());
  }

  private void checkInside() {
    if (place != Place.INSIDE) {
      throw new IllegalStateException("The cursor is not on an entry");
    }
  }

  @Override
  public void close() {
    place = Place.BEHIND;
    cursor.close();
  }

  static byte[] bytes(ByteIterable source) {
    int length = source.getLength();
    if (length == 0) {
      return EMPTY;
    }
    byte[] bytes = source.getBytesUnsafe();
    return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
  }
}
