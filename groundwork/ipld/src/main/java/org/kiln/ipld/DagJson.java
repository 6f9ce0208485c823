package org.kiln.ipld;

import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

/** The kit's DAG-JSON codec, one copy for all rooms of the house; see {@link DagCbor}. */
public final class DagJson {
  private DagJson() {}

  /**
   * Parses UTF-8 text.
   *
   * @throws CodecException when the text is no DAG-JSON, has a key twice, or is too long or nested
   *     too deep
   */
  public static Ipld parse(byte[] text) throws CodecException {
    return org.kiln.kit.ipld.DagJson.parse(text);
  }

  /**
   * Writes UTF-8 text.
   *
   * @throws IllegalArgumentException when the value holds a map that would read back as link or
   *     bytes
   */
  public static byte[] write(Ipld value) {
    return org.kiln.kit.ipld.DagJson.write(value);
  }
}
