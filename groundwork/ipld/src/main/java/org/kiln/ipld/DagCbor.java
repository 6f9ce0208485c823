package org.kiln.ipld;

import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

/**
 * The kit's DAG-CBOR codec, one copy for all rooms of the house: it is warm once, and its tables of
 * names are there once. Extensions pack their own. Thread-safe.
 */
public final class DagCbor {
  /** Largest block that is decoded, in bytes. */
  public static final int MAX_BLOCK_BYTES = org.kiln.kit.ipld.DagCbor.MAX_BLOCK_BYTES;

  /** Deepest nesting of lists and maps. */
  public static final int MAX_DEPTH = org.kiln.kit.ipld.DagCbor.MAX_DEPTH;

  private DagCbor() {}

  /**
   * Decodes one block; lenient as the JavaScript library.
   *
   * @throws CodecException when the block is no DAG-CBOR, is larger than {@link #MAX_BLOCK_BYTES}
   *     or nested deeper than {@link #MAX_DEPTH}
   */
  public static Ipld decode(byte[] block) throws CodecException {
    return org.kiln.kit.ipld.DagCbor.decode(block);
  }

  /** Decodes one block that must be a map. */
  public static Ipld.Map decodeMap(byte[] block) throws CodecException {
    return org.kiln.kit.ipld.DagCbor.decodeMap(block);
  }

  /**
   * Whether encoding the decoded block again gives the same bytes.
   *
   * @throws CodecException when the block does not decode
   */
  public static boolean isCanonical(byte[] block) throws CodecException {
    return org.kiln.kit.ipld.DagCbor.isCanonical(block);
  }

  /**
   * The canonical bytes: keys ordered by length, then bytewise; floats of 64 bits, as they are.
   *
   * @throws IllegalArgumentException when the value is nested deeper than {@link #MAX_DEPTH}
   */
  public static byte[] encode(Ipld value) {
    return org.kiln.kit.ipld.DagCbor.encode(value);
  }
}
