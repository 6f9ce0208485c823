package org.kiln.api.ipld;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;

/**
 * The members of one {@link Ipld.Map} in their order: two arrays, and a hash index once there are
 * more than a few. Most maps of events have fewer than eight members; a linked hash map would cost
 * several times the memory and time of the block they came from. Grows while a builder fills it,
 * then never changes.
 */
final class MapEntries extends AbstractMap<String, Ipld> {
  private static final int SCANNED = 8;

  private String[] keys = new String[4];
  private Ipld[] values = new Ipld[4];
  private int size;

  /** Where each key stands, once there are too many to look at one by one. */
  private HashMap<String, Integer> index;

  /** A copy of those members. */
  static MapEntries copyOf(Map<String, Ipld> source) {
    MapEntries entries = new MapEntries();
    source.forEach(
        (key, value) -> entries.add(Objects.requireNonNull(key), Objects.requireNonNull(value)));
    return entries;
  }

  /** Puts a member; replaces the value, not the place, of one that is there and answers the old. */
  Ipld add(String key, Ipld value) {
    int at = find(key);
    if (at >= 0) {
      Ipld before = values[at];
      values[at] = value;
      return before;
    }
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    keys[size] = key;
    values[size] = value;
    size++;
    if (size > SCANNED) {
      enter();
    }
    return null;
  }

  /** Takes a member out; only while the copy is still being made. */
  void drop(String key) {
    int at = find(key);
    if (at < 0) {
      return;
    }
    System.arraycopy(keys, at + 1, keys, at, size - at - 1);
    System.arraycopy(values, at + 1, values, at, size - at - 1);
    size--;
    keys[size] = null;
    values[size] = null;
    index = null;
    if (size > SCANNED) {
      enter();
    }
  }

  @Override
  public Ipld get(Object key) {
    int at = key instanceof String text ? find(text) : -1;
    return at < 0 ? null : values[at];
  }

  @Override
  public boolean containsKey(Object key) {
    return key instanceof String text && find(text) >= 0;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Set<Map.Entry<String, Ipld>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, Ipld>> iterator() {
        return new Walk();
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  private int find(String key) {
    if (index != null) {
      Integer at = index.get(key);
      return at == null ? -1 : at;
    }
    for (int i = 0; i < size; i++) {
      if (keys[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  private void enter() {
    if (index != null) {
      index.put(keys[size - 1], size - 1);
      return;
    }
    // A HashMap, since keys may have been chosen to collide: it stays quick then.
    index = new HashMap<>();
    for (int i = 0; i < size; i++) {
      index.put(keys[i], i);
    }
  }

  private final class Walk implements Iterator<Map.Entry<String, Ipld>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < size;
    }

    @Override
    public Map.Entry<String, Ipld> next() {
      if (next >= size) {
        throw new NoSuchElementException();
      }
      return new SimpleImmutableEntry<>(keys[next], values[next++]);
    }
  }
}
