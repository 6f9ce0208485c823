package org.kiln.tables;

import java.util.LinkedHashMap;
import java.util.Map;

/** The newest of what was looked up or made, so many at most. For one thread. */
final class Recent<K, V> {
  private final Map<K, V> kept;

  Recent(int most) {
    kept =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  V get(K key) {
    return kept.get(key);
  }

  void put(K key, V value) {
    kept.put(key, value);
  }

  void clear() {
    kept.clear();
  }
}
