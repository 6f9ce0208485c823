package org.kiln.events;

import java.nio.ByteBuffer;
import org.kiln.api.ipld.Cid;

/** CIDs in byte buffers, for the records of our own. */
final class Cids {
  private Cids() {}

  /** Reads one from a buffer over the whole of an array. */
  static Cid read(ByteBuffer in) {
    Cid.Decoded decoded = Cid.read(in.array(), in.position());
    in.position(decoded.next());
    return decoded.cid();
  }
}
