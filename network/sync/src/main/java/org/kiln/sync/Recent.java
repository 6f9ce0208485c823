package org.kiln.sync;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was there lately; of too much the oldest is forgotten. Thread-safe. */
final class Recent<T> {
  private final Map<T, Boolean> items;

  Recent(int max) {
    this.items =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
            return size() > max;
          }
        };
  }

  /** False when it was there already. */
  synchronized boolean add(T item) {
    return items.put(item, Boolean.TRUE) == null;
  }

  synchronized boolean contains(T item) {
    return items.containsKey(item);
  }

  synchronized void remove(T item) {
    items.remove(item);
  }
}
