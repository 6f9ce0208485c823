package org.kiln.sample.did.web;

import java.util.Arrays;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.ipld.Varint;

/**
 * A public key as a verification method writes it: {@code publicKeyMultibase}, {@code publicKeyJwk}
 * or, for Ed25519, {@code publicKeyBase58}.
 *
 * @param algorithm the JWS algorithm it verifies
 * @param bytes as a signature suite takes them
 */
record Keys(String algorithm, byte[] bytes) {

  /** The key of a method; empty when it is of a kind that does not sign, or malformed. */
  static Optional<Keys> of(Ipld.Map method) {
    try {
      if (method.text("publicKeyMultibase").isPresent()) {
        return multikey(Multibase.decode(method.text("publicKeyMultibase").get()));
      }
      if (method.text("publicKeyBase58").isPresent()) {
        byte[] key = Multibase.BASE58BTC.decodeBody(method.text("publicKeyBase58").get());
        return method.text("type").equals(Optional.of("Ed25519VerificationKey2018"))
            ? known("EdDSA", key, 32)
            : Optional.empty();
      }
      return method.get("publicKeyJwk").orElse(Ipld.NULL) instanceof Ipld.Map jwk
          ? jwk(jwk)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A multicodec before the key's bytes. */
  private static Optional<Keys> multikey(byte[] bytes) {
    Varint.Decoded codec = Varint.read(bytes, 0);
    byte[] key = Arrays.copyOfRange(bytes, codec.next(), bytes.length);
    return switch ((int) codec.value()) {
      case 0xed -> known("EdDSA", key, 32);
      case 0xe7 -> known("ES256K", key, 33);
      case 0x1200 -> known("ES256", key, 33);
      default -> Optional.empty();
    };
  }

  private static Optional<Keys> jwk(Ipld.Map jwk) {
    byte[] x = Multibase.BASE64URL.decodeBody(jwk.text("x").orElse(""));
    return switch (jwk.text("crv").orElse("")) {
      case "Ed25519" -> known("EdDSA", x, 32);
      case "secp256k1" -> known("ES256K", point(jwk, x), 65);
      case "P-256" -> known("ES256", point(jwk, x), 65);
      default -> Optional.empty();
    };
  }

  /** An uncompressed SEC 1 point: {@code 04 ‖ x ‖ y}. */
  private static byte[] point(Ipld.Map jwk, byte[] x) {
    byte[] y = Multibase.BASE64URL.decodeBody(jwk.text("y").orElse(""));
    if (x.length != 32 || y.length != 32) {
      throw new IllegalArgumentException("A coordinate has 32 bytes");
    }
    byte[] point = new byte[65];
    point[0] = 4;
    System.arraycopy(x, 0, point, 1, 32);
    System.arraycopy(y, 0, point, 33, 32);
    return point;
  }

  private static Optional<Keys> known(String algorithm, byte[] key, int length) {
    return key.length == length ? Optional.of(new Keys(algorithm, key)) : Optional.empty();
  }
}
