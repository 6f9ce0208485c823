package org.kiln.net.bitswap;

import java.io.IOException;

/** A message longer than bitswap allows. */
final class FrameTooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  FrameTooLongException() {
    super("A message longer than the " + BitswapMessage.MAX_BYTES + " bytes allowed");
  }
}
