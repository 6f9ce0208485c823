package org.kiln.sync;

import org.kiln.api.net.PeerId;

/** Who is connected. Thread-safe; asked often. */
public interface Connections {
  /** Whether anybody is. */
  boolean any();

  /** Whether that peer is. */
  boolean has(PeerId peer);
}
