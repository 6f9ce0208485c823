package org.kiln.libp2p.identify;

/** Ids of the identify protocols. */
public final class Identify {
  /** Asks a peer who it is. */
  public static final String ID = "/ipfs/id/1.0.0";

  /** Tells a peer what has changed. */
  public static final String PUSH_ID = "/ipfs/id/push/1.0.0";

  private Identify() {}
}
