package org.kiln.ipld;

import org.kiln.api.ipld.Ipld;

/** Strict DAG-CBOR. */
public final class DagCbor {
  private DagCbor() {}

  /** Decodes one block; lenient as the JS library only on key order and float width. */
  public static Ipld decode(byte[] block) throws CodecException {
    throw new CodecException("pending");
  }

  /** Whether encoding the decoded block again gives the same bytes; the block must decode. */
  public static boolean isCanonical(byte[] block) throws CodecException {
    throw new CodecException("pending");
  }

  /** The canonical bytes. */
  public static byte[] encode(Ipld value) {
    throw new IllegalStateException("pending");
  }
}
