package org.kiln.net.recon.wire;

import java.io.IOException;

/** Where bytes come from, in blocking style. */
@FunctionalInterface
public interface ByteSource {
  /**
   * Reads what is there, at least one byte.
   *
   * @return how many; -1 at the end
   */
  int read(byte[] into, int offset, int length) throws IOException;
}
