package org.kiln.api.ipld;

import java.util.Arrays;

/**
 * A block: bytes and the CID they are known by. Nothing is checked here; see {@link #verified()}.
 *
 * @param cid the identifier
 * @param data the bytes; not copied, must not be changed by anyone afterwards
 */
public record Block(Cid cid, byte[] data) {

  /** A block of these bytes with its sha2-256 CID of the given codec. */
  public static Block of(long codec, byte[] data) {
    return new Block(Cid.sha256(codec, data), data);
  }

  /** Whether the bytes hash to the CID. */
  public boolean verified() {
    return cid.matches(data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Block block && cid.equals(block.cid) && Arrays.equals(data, block.data);
  }

  @Override
  public int hashCode() {
    return cid.hashCode();
  }

  @Override
  public String toString() {
    return "Block[" + cid + ", " + data.length + " bytes]";
  }
}
