package org.kiln.libp2p.mux;

import java.io.IOException;
import org.kiln.api.plugin.Deadline;

/** Room for data on its way out of a connection, shared by its streams. Thread-safe. */
public interface Room {
  /**
   * Waits until there is room for data, and keeps it free for the caller until {@link #release}:
   * with hundreds of writers who all see the same room, there would soon be none.
   *
   * @throws IOException when the connection is closed or the deadline passes
   */
  void reserve(int bytes, Deadline deadline) throws IOException;

  /** Gives reserved room back, when the data is in, or will not come. */
  void release(int bytes);
}
