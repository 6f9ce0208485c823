package org.kiln.libp2p.mux;

import java.io.IOException;

/** A peer that breaks the rules of its multiplexer; its connection is closed. */
public final class MuxException extends IOException {
  /** With a sentence that says what it did. */
  public MuxException(String message) {
    super(message);
  }
}
