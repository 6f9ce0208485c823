package org.kiln.net.recon.talk;

import java.io.IOException;

/** What a peer pays for the work it makes. */
@FunctionalInterface
public interface Toll {
  /** Nobody pays. */
  Toll NONE = units -> {};

  /** A message that is read. */
  int MESSAGE = 1;

  /** A range that is compared: its hash is summed up, and those of its parts. */
  int RANGE = 20;

  /** So many pairs of interests are compared for the price of a {@link #MESSAGE}. */
  int PAIRS = 50;

  /** Pays for work that is to be done, and waits when there was too much of it. */
  void pay(int units) throws IOException;
}
