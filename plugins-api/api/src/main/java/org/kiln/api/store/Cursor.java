package org.kiln.api.store;

import org.osgi.annotation.versioning.ConsumerType;

/** A walk over entries. Starts before the first one; close it. */
@ConsumerType
public interface Cursor extends AutoCloseable {

  /** Moves to the next entry; false when there is none. */
  boolean next();

  /** The entry's key; as with {@link Snapshot#get}, nobody changes the array. */
  byte[] key();

  /** The entry's value; nobody changes the array. */
  byte[] value();

  @Override
  void close();
}
