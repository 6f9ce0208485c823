package org.kiln.events.table;

import java.nio.ByteBuffer;
import org.kiln.api.ipld.Cid;

/** CIDs in byte buffers, for the records of our own. */
public final class Cids {
  private Cids() {}

  /** Reads one from a buffer over the whole of an array. */
  public static Cid read(ByteBuffer in) {
    Cid.Decoded decoded = Cid.read(in.array(), in.position());
    in.position(decoded.next());
    return decoded.cid();
  }
}
