package org.kiln.net.recon.talk;

import java.io.IOException;

/** What a peer pays for the work it makes. */
@FunctionalInterface
public interface Toll {
  /** Nobody pays. */
  Toll NONE = () -> {};

  /** Pays for one message, and waits when there was too much of it. */
  void pay() throws IOException;
}
