package org.kiln.api.feed;

/** Where something came from, as seen by this node. */
public sealed interface Origin {
  /** A client of this node wrote it. */
  record Client() implements Origin {}

  /**
   * Another node told of it.
   *
   * @param peer its peer id in text form; empty when it is not known, as for an import
   */
  record Peer(String peer) implements Origin {}

  /** This node made it: a time event that it anchored, or a state it derives otherwise now. */
  record Node() implements Origin {}

  /** It came before where things come from was noted. */
  record Unknown() implements Origin {}

  /** A client of this node. */
  Origin CLIENT = new Client();

  /** This node. */
  Origin NODE = new Node();

  /** Not known. */
  Origin UNKNOWN = new Unknown();
}
