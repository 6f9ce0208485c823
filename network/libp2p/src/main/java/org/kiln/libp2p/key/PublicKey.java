package org.kiln.libp2p.key;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;

/**
 * The public key of a peer. Immutable.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md">peer ids</a>
 */
public final class PublicKey {
  /** Longest serialised key accepted: RSA of 8192 bits with room to spare. */
  public static final int MAX_BYTES = 2048;

  private final KeyType type;
  private final byte[] data;
  private final byte[] serialised;

  private PublicKey(KeyType type, byte[] data) {
    this.type = type;
    this.data = data;
    this.serialised = new ProtobufWriter().number(1, type.ordinal()).bytes(2, data).toByteArray();
  }

  /** An Ed25519 key of 32 bytes. */
  static PublicKey ed25519(byte[] key) {
    return new PublicKey(KeyType.ED25519, key);
  }

  /**
   * A key of that kind. Whether the data are one is found when it verifies.
   *
   * @param data as libp2p has them; DER for RSA and ECDSA
   */
  public static PublicKey of(KeyType type, byte[] data) {
    return new PublicKey(type, data.clone());
  }

  /**
   * Reads a serialised key. Ids and signatures are taken over these bytes, so only the canonical
   * form is accepted.
   *
   * @throws ProtobufException when it is not that, or of an unknown kind
   */
  public static PublicKey decode(byte[] bytes) throws ProtobufException {
    if (bytes.length > MAX_BYTES) {
      throw new ProtobufException("A public key of " + bytes.length + " bytes");
    }
    long type = -1;
    byte[] data = null;
    ProtobufReader reader = ProtobufReader.of(bytes, 2);
    while (reader.next()) {
      if (reader.field() == 1) {
        type = reader.number();
      } else if (reader.field() == 2) {
        data = reader.bytes(MAX_BYTES);
      }
    }
    if (type < 0 || type >= KeyType.values().length || data == null) {
      throw new ProtobufException("A public key of unknown type " + type);
    }
    PublicKey key = new PublicKey(KeyType.values()[(int) type], data);
    if (!Arrays.equals(key.serialised, bytes)) {
      throw new ProtobufException("A public key that is not encoded canonically");
    }
    return key;
  }

  /** The canonical serialised form. */
  public byte[] encode() {
    return serialised.clone();
  }

  /** The kind of key. */
  public KeyType type() {
    return type;
  }

  /** The id of the peer whose key this is. */
  public PeerId peerId() {
    return PeerId.ofPublicKey(serialised);
  }

  /** Whether this key signed the message; false as well when the key is unusable. */
  public boolean verify(byte[] message, byte[] signature) {
    return verify(message, signature, Ed25519Check.JAVA);
  }

  /** The same, with Ed25519 checked by somebody else. */
  public boolean verify(byte[] message, byte[] signature, Ed25519Check ed25519) {
    try {
      return switch (type) {
        case ED25519 -> ed25519.verify(data, message, signature);
        case SECP256K1 -> Signatures.secp256k1(data, message, signature);
        case RSA -> Signatures.rsa(data, message, signature);
        case ECDSA -> Signatures.ecdsa(data, message, signature);
      };
    } catch (GeneralSecurityException | RuntimeException e) {
      // Key and signature are the peer's; libraries complain of bad ones in many ways.
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey key && Arrays.equals(serialised, key.serialised);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(serialised);
  }

  @Override
  public String toString() {
    return type + " key of " + peerId();
  }
}
