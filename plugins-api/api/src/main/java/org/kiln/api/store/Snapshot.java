package org.kiln.api.store;

import org.osgi.annotation.versioning.ConsumerType;

/** One consistent moment of a store. For one thread, valid during the call it is passed to. */
@ConsumerType
public interface Snapshot {

  /**
   * The value of a key, null when there is none. Nobody changes the array: it may be the one that
   * the store keeps.
   */
  byte[] get(Table table, byte[] key);

  /**
   * The entries with {@code from <= key < to} in the order of their keys, or in the opposite order.
   *
   * @param from first key, null for the table's beginning
   * @param to end, exclusive; null for the table's end
   * @param reverse from the end down
   */
  Cursor range(Table table, byte[] from, byte[] to, boolean reverse);
}
