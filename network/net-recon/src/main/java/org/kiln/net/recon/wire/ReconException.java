package org.kiln.net.recon.wire;

import java.io.IOException;

/** A peer has said what Recon does not know. The message tells what and where. */
public final class ReconException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what was wrong. */
  public ReconException(String message) {
    super(message);
  }
}
