package org.kiln.ipld;

import org.kiln.api.ipld.Ipld;

/** DAG-JSON text: links as {"/": "cid"}, bytes as {"/": {"bytes": "base64"}}. */
public final class DagJson {
  private DagJson() {}

  /** Parses UTF-8 text. */
  public static Ipld parse(byte[] text) throws CodecException {
    throw new CodecException("pending");
  }

  /** Writes UTF-8 text. */
  public static byte[] write(Ipld value) {
    throw new IllegalStateException("pending");
  }
}
