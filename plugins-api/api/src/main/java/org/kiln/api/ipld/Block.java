package org.kiln.api.ipld;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A block: bytes and the CID they are known by. Nothing is checked here; see {@link #verified()}.
 *
 * <p>The bytes are copied on their way in and out: whoever changes the array that it gave or got
 * changes nothing here, and a block that was verified stays so. Immutable and safe for use by many
 * threads.
 */
public final class Block {
  private final Cid cid;
  private final byte[] data;
  // Found out by whoever asks first; several may, and find the same.
  private boolean verified;

  /** Copies the bytes. */
  public Block(Cid cid, byte[] data) {
    this(data.clone(), cid);
  }

  private Block(byte[] own, Cid cid) {
    this.cid = Objects.requireNonNull(cid);
    this.data = own;
  }

  /** A block of a copy of these bytes, with their sha2-256 CID of the given codec. */
  public static Block of(long codec, byte[] data) {
    byte[] own = data.clone();
    Block block = new Block(own, Cid.sha256(codec, own));
    block.verified = true;
    return block;
  }

  /** A block of bytes that are not copied: nobody may change the array afterwards. */
  public static Block wrap(Cid cid, byte[] data) {
    return new Block(data, cid);
  }

  /** The identifier. */
  public Cid cid() {
    return cid;
  }

  /** A copy of the bytes. */
  public byte[] data() {
    return data.clone();
  }

  /** How many bytes. */
  public int size() {
    return data.length;
  }

  /** Puts the bytes into a buffer that has room for all of them. */
  public void writeTo(ByteBuffer out) {
    out.put(data);
  }

  /** Appends the bytes. */
  public void writeTo(ByteArrayOutputStream out) {
    out.writeBytes(data);
  }

  /** The same bytes, known by another CID. */
  public Block as(Cid other) {
    return new Block(data, other);
  }

  /** Whether the bytes hash to the CID. Found out once. */
  public boolean verified() {
    if (!verified) {
      verified = cid.matches(data);
    }
    return verified;
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
