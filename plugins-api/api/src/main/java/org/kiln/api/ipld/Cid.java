package org.kiln.api.ipld;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A content identifier: version, codec of the block, and multihash of its bytes.
 *
 * <p>Ceramic events use version 1 only; version 0 is represented so that its text can be named in
 * an error. Instances are immutable; order is unsigned bytewise over the binary form.
 *
 * @see <a href="https://github.com/multiformats/cid">CID</a>
 */
public final class Cid implements Comparable<Cid> {
  /** Codec of raw bytes. */
  public static final long RAW = 0x55;

  /** Codec of DAG-PB, the only codec of version 0. */
  public static final long DAG_PB = 0x70;

  /** Codec of DAG-CBOR blocks. */
  public static final long DAG_CBOR = 0x71;

  /** Codec of DAG-JOSE blocks, the envelopes of signed events. */
  public static final long DAG_JOSE = 0x85;

  /** Codec of an Ethereum transaction, used by anchor proofs (CAIP-168). */
  public static final long ETH_TX = 0x93;

  /** Multihash function code of the identity "hash". */
  public static final long IDENTITY = 0x00;

  /** Multihash function code of sha2-256. */
  public static final long SHA2_256 = 0x12;

  /** Multihash function code of keccak-256. */
  public static final long KECCAK_256 = 0x1b;

  private static final int MAX_DIGEST_BYTES = 128;

  private final byte[] bytes;
  private final int version;
  private final long codec;
  private final long hashCode;
  private final int digestAt;
  private String text;

  private Cid(byte[] bytes, int version, long codec, long hashCode, int digestAt) {
    this.bytes = bytes;
    this.version = version;
    this.codec = codec;
    this.hashCode = hashCode;
    this.digestAt = digestAt;
  }

  /**
   * A CID and where the next byte starts.
   *
   * @param cid the CID read
   * @param next index of the first byte after it
   */
  public record Decoded(Cid cid, int next) {}

  /**
   * Reads one CID from the start position; bytes after it are left alone.
   *
   * @throws IllegalArgumentException when the bytes are no CID
   */
  public static Decoded read(byte[] source, int from) {
    if (source.length - from >= 34 && source[from] == 0x12 && source[from + 1] == 0x20) {
      return new Decoded(
          new Cid(Arrays.copyOfRange(source, from, from + 34), 0, DAG_PB, SHA2_256, 2), from + 34);
    }
    Varint.Decoded version = Varint.read(source, from);
    if (version.value() != 1) {
      throw new IllegalArgumentException("Unknown CID version " + version.value());
    }
    Varint.Decoded codec = Varint.read(source, version.next());
    Varint.Decoded hash = Varint.read(source, codec.next());
    Varint.Decoded length = Varint.read(source, hash.next());
    if (length.value() > MAX_DIGEST_BYTES || length.value() > source.length - length.next()) {
      throw new IllegalArgumentException(
          "CID digest of " + length.value() + " bytes is cut short or too long");
    }
    int end = length.next() + (int) length.value();
    byte[] own = Arrays.copyOfRange(source, from, end);
    return new Decoded(new Cid(own, 1, codec.value(), hash.value(), length.next() - from), end);
  }

  /**
   * The CID these bytes are.
   *
   * @throws IllegalArgumentException when they are none, or more than one
   */
  public static Cid of(byte[] source) {
    Decoded decoded = read(source, 0);
    if (decoded.next() != source.length) {
      throw new IllegalArgumentException((source.length - decoded.next()) + " bytes after the CID");
    }
    return decoded.cid();
  }

  /**
   * Parses multibase text, or the bare base58btc text of a version 0 CID.
   *
   * @throws IllegalArgumentException when the text is no CID
   */
  public static Cid parse(String text) {
    if (text.length() == 46 && text.startsWith("Qm")) {
      return of(Multibase.BASE58BTC.decodeBody(text));
    }
    if (text.length() < 8 || text.length() > 400) {
      throw new IllegalArgumentException("Not a CID: " + abbreviate(text));
    }
    try {
      Cid cid = of(Multibase.decode(text));
      if (cid.version == 0) {
        throw new IllegalArgumentException("CID version 0 has no multibase prefix");
      }
      return cid;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Not a CID: " + abbreviate(text) + ": " + e.getMessage(), e);
    }
  }

  /** The version 1 CID of a block: sha2-256 over its bytes. */
  public static Cid sha256(long codec, byte[] block) {
    return ofDigest(codec, SHA2_256, Sha256.digest(block));
  }

  /** A version 1 CID over a digest that is already computed. */
  public static Cid ofDigest(long codec, long hashCode, byte[] digest) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(8 + digest.length);
    out.write(1);
    Varint.write(codec, out);
    Varint.write(hashCode, out);
    Varint.write(digest.length, out);
    int digestAt = out.size();
    out.writeBytes(digest);
    return new Cid(out.toByteArray(), 1, codec, hashCode, digestAt);
  }

  /** 0 or 1. */
  public int version() {
    return version;
  }

  /** The multicodec of the block, for example {@link #DAG_CBOR}. */
  public long codec() {
    return codec;
  }

  /** The multihash function code, for example {@link #SHA2_256}. */
  public long hashFunction() {
    return hashCode;
  }

  /** A copy of the digest. */
  public byte[] digest() {
    return Arrays.copyOfRange(bytes, digestAt, bytes.length);
  }

  /** A copy of the binary form. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Length of the binary form in bytes. */
  public int size() {
    return bytes.length;
  }

  /** Appends the binary form. */
  public void writeTo(ByteArrayOutputStream out) {
    out.writeBytes(bytes);
  }

  /**
   * Whether a block's bytes hash to this CID. Only sha2-256 and identity can be checked; any other
   * function answers false, never true by default.
   */
  public boolean matches(byte[] block) {
    byte[] expected;
    if (hashCode == SHA2_256) {
      expected = Sha256.digest(block);
    } else if (hashCode == IDENTITY) {
      expected = block;
    } else {
      return false;
    }
    return Arrays.equals(bytes, digestAt, bytes.length, expected, 0, expected.length);
  }

  @Override
  public int compareTo(Cid other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cid cid && Arrays.equals(bytes, cid.bytes);
  }

  @Override
  public int hashCode() {
    // The last digest bytes are uniformly distributed already.
    int n = bytes.length;
    return n < 4
        ? Arrays.hashCode(bytes)
        : bytes[n - 4] << 24
            | (bytes[n - 3] & 0xff) << 16
            | (bytes[n - 2] & 0xff) << 8
            | bytes[n - 1] & 0xff;
  }

  /** The usual text: base32 multibase, or bare base58btc for version 0. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = version == 0 ? Multibase.BASE58BTC.encodeBody(bytes) : Multibase.BASE32.encode(bytes);
      text = known;
    }
    return known;
  }

  private static String abbreviate(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
