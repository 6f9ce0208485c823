package org.kiln.api.net;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.ipld.Varint;

/**
 * The id of a libp2p peer: a multihash of its serialised public key. Keys of at most 42 bytes stand
 * in the id itself (identity multihash), longer ones by their SHA-256. Immutable.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md">peer ids</a>
 */
public final class PeerId implements Comparable<PeerId> {
  /** The longest id there is: an identity multihash of 42 bytes. */
  public static final int MAX_BYTES = 44;

  private static final int MAX_INLINE_KEY = 42;
  private static final int MAX_TEXT = 96;
  private static final int IDENTITY = 0x00;
  private static final int SHA2_256 = 0x12;
  private static final int LIBP2P_KEY = 0x72;

  private final byte[] multihash;
  private final String text;

  private PeerId(byte[] multihash) {
    this.multihash = multihash;
    this.text = Multibase.BASE58BTC.encodeBody(multihash);
  }

  /**
   * The id of these bytes.
   *
   * @throws IllegalArgumentException when they are no multihash a peer id may have
   */
  public static PeerId of(byte[] multihash) {
    int length = multihash.length;
    boolean inline =
        length > 2 && length <= MAX_BYTES && multihash[0] == IDENTITY && multihash[1] == length - 2;
    boolean hashed = length == 34 && multihash[0] == SHA2_256 && multihash[1] == 32;
    if (!inline && !hashed) {
      throw new IllegalArgumentException(
          "No peer id: "
              + HexFormat.of().formatHex(Arrays.copyOf(multihash, Math.min(length, MAX_BYTES))));
    }
    return new PeerId(multihash.clone());
  }

  /** The id of a public key, given as the canonical protobuf {@code PublicKey}. */
  public static PeerId ofPublicKey(byte[] serialisedKey) {
    boolean inline = serialisedKey.length <= MAX_INLINE_KEY;
    byte[] digest = inline ? serialisedKey : sha256(serialisedKey);
    byte[] multihash = new byte[digest.length + 2];
    multihash[0] = (byte) (inline ? IDENTITY : SHA2_256);
    multihash[1] = (byte) digest.length;
    System.arraycopy(digest, 0, multihash, 2, digest.length);
    return of(multihash);
  }

  /**
   * Reads text: base58btc ({@code 12D3Koo...}, {@code Qm...}) or a CID with codec libp2p-key.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static PeerId parse(String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("No peer id: text of " + text.length() + " characters");
    }
    if (text.startsWith("1") || text.startsWith("Qm")) {
      return of(Multibase.BASE58BTC.decodeBody(text));
    }
    byte[] cid = Multibase.decode(text);
    Varint.Decoded version = Varint.read(cid, 0);
    Varint.Decoded codec = Varint.read(cid, version.next());
    if (version.value() != 1 || codec.value() != LIBP2P_KEY) {
      throw new IllegalArgumentException("No peer id, another kind of CID: " + text);
    }
    return of(Arrays.copyOfRange(cid, codec.next(), cid.length));
  }

  /** The multihash. */
  public byte[] bytes() {
    return multihash.clone();
  }

  /** The serialised public key, when the id contains it (Ed25519 and secp256k1 keys). */
  public Optional<byte[]> publicKey() {
    return multihash[0] == IDENTITY
        ? Optional.of(Arrays.copyOfRange(multihash, 2, multihash.length))
        : Optional.empty();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(multihash, other.multihash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerId id && Arrays.equals(multihash, id.multihash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(multihash);
  }

  /** The base58btc text. */
  @Override
  public String toString() {
    return text;
  }
}
