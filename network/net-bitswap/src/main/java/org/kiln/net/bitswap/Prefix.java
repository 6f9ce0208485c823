package org.kiln.net.bitswap;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Varint;
import org.kiln.core.protobuf.ProtobufException;

/**
 * What a block travels with instead of its CID: everything of the CID but the digest.
 *
 * @param version of the CID, 0 or 1
 * @param codec multicodec of the block
 * @param hashFunction multihash code
 * @param digestBytes length of the digest
 */
record Prefix(long version, long codec, long hashFunction, long digestBytes) {
  /** Longest prefix read. */
  static final int MAX_BYTES = 40;

  /** Of a block of bitswap 1.0, which has none on the wire. */
  static final Prefix V0 = new Prefix(0, Cid.DAG_PB, Cid.SHA2_256, 32);

  static Prefix of(Cid cid) {
    return new Prefix(cid.version(), cid.codec(), cid.hashFunction(), cid.digest().length);
  }

  static Prefix decode(byte[] bytes) throws ProtobufException {
    long[] parts = new long[4];
    int at = 0;
    try {
      for (int i = 0; i < parts.length; i++) {
        Varint.Decoded part = Varint.read(bytes, at);
        parts[i] = part.value();
        at = part.next();
      }
    } catch (IllegalArgumentException e) {
      throw new ProtobufException("A block's CID prefix is malformed: " + e.getMessage());
    }
    if (at != bytes.length) {
      throw new ProtobufException((bytes.length - at) + " bytes after a block's CID prefix");
    }
    return new Prefix(parts[0], parts[1], parts[2], parts[3]);
  }

  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(8);
    Varint.write(version, out);
    Varint.write(codec, out);
    Varint.write(hashFunction, out);
    Varint.write(digestBytes, out);
    return out.toByteArray();
  }

  /** The CID of a block with this prefix; empty when its hash is of no known function. */
  Optional<Cid> cid(byte[] data) {
    Optional<byte[]> digest =
        Digests.of(hashFunction, data).filter(whole -> whole.length == digestBytes);
    if (version == 1) {
      return digest.map(hash -> Cid.ofDigest(codec, hashFunction, hash));
    } else if (equals(V0)) {
      return digest.map(Prefix::versionZero);
    }
    return Optional.empty();
  }

  private static Cid versionZero(byte[] sha256) {
    byte[] multihash = new byte[34];
    multihash[0] = (byte) Cid.SHA2_256;
    multihash[1] = 32;
    System.arraycopy(sha256, 0, multihash, 2, 32);
    return Cid.of(multihash);
  }
}
