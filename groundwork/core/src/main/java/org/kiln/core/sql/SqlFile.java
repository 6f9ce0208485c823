package org.kiln.core.sql;

import java.io.IOException;
import java.io.OutputStream;

/** An answer in a file, which is there until it is closed. For one thread at a time. */
public interface SqlFile extends AutoCloseable {
  /** Its length in bytes. */
  long size();

  /** Writes all of it; the stream stays open. */
  void transferTo(OutputStream out) throws IOException;

  /** Deletes it. Idempotent. */
  @Override
  void close();
}
