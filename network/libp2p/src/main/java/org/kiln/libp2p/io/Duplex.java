package org.kiln.libp2p.io;

import java.io.IOException;
import org.kiln.api.plugin.Deadline;

/** Bytes both ways, blocking. For one reading and one writing thread. */
public interface Duplex {
  /**
   * Reads at least one byte.
   *
   * @return number of bytes, -1 at the end
   * @throws IOException when the other side is gone or the deadline passes
   */
  int read(byte[] into, int offset, int length, Deadline deadline) throws IOException;

  /**
   * Writes all of it; the bytes may be reused at once.
   *
   * @throws IOException when the other side is gone or the deadline passes
   */
  void write(byte[] bytes, int offset, int length, Deadline deadline) throws IOException;
}
