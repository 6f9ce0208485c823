package org.kiln.ipld;

/** DAG-JOSE: the envelope block of a signed event. */
public final class DagJose {
  private DagJose() {}

  /** Decodes a signed envelope; exactly one signature. */
  public static Jws decode(byte[] block) throws CodecException {
    throw new CodecException("pending");
  }

  /** The canonical block. */
  public static byte[] encode(Jws jws) {
    throw new IllegalStateException("pending");
  }
}
