package org.kiln.type.caip10;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.util.BigIntegers;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.InvalidEventException;

/** Whether an account's wallet signed a link. */
final class AccountSignatures {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

  private AccountSignatures() {}

  /**
   * Whether the proof's account signed its message.
   *
   * @throws InvalidEventException when accounts of its namespace cannot be checked here
   */
  static boolean fits(LinkProof proof) throws InvalidEventException {
    return switch (proof.namespace()) {
      case "eip155" -> ethereum(proof);
      case "solana" -> solana(proof);
      default ->
          throw new InvalidEventException(
              "Error while validating link proof for caip10-link signed commit: links of '"
                  + proof.namespace()
                  + "' accounts cannot be checked by this node, only eip155 and solana");
    };
  }

  /** EIP-191: the wallet signs the prefixed text, and its address follows from the signature. */
  private static boolean ethereum(LinkProof proof) {
    byte[] signature = hex(proof.signature());
    if (signature.length != 65) {
      return false;
    }
    byte[] message = proof.message().getBytes(StandardCharsets.UTF_8);
    byte[] prefix =
        ("\u0019Ethereum Signed Message:\n" + message.length).getBytes(StandardCharsets.US_ASCII);
    int recovery = (signature[64] & 0xff) % 27;
    return recovery < 2
        && recover(keccak256(prefix, message), signature, recovery == 1)
            .map(AccountSignatures::address)
            .filter(proof.address().toLowerCase(Locale.ROOT)::equals)
            .isPresent();
  }

  /** The address is the key; the signature comes as base64. */
  private static boolean solana(LinkProof proof) {
    try {
      byte[] key = Multibase.BASE58BTC.decodeBody(proof.address());
      byte[] signature = Base64.getDecoder().decode(proof.signature());
      byte[] message = proof.message().getBytes(StandardCharsets.UTF_8);
      return key.length == 32
          && signature.length == 64
          && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** SEC 1 §4.1.6. */
  private static Optional<ECPoint> recover(byte[] digest, byte[] signature, boolean odd) {
    BigInteger order = CURVE.getN();
    BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
    BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
    boolean inRange =
        r.signum() > 0 && s.signum() > 0 && r.compareTo(order) < 0 && s.compareTo(order) < 0;
    if (!inRange) {
      return Optional.empty();
    }
    byte[] nonceBytes = new byte[33];
    nonceBytes[0] = (byte) (odd ? 3 : 2);
    System.arraycopy(signature, 0, nonceBytes, 1, 32);
    try {
      ECPoint nonce = CURVE.getCurve().decodePoint(nonceBytes);
      BigInteger inverse = BigIntegers.modOddInverse(order, r);
      BigInteger u1 = new BigInteger(1, digest).negate().multiply(inverse).mod(order);
      BigInteger u2 = s.multiply(inverse).mod(order);
      ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, nonce, u2).normalize();
      return key.isInfinity() ? Optional.empty() : Optional.of(key);
    } catch (IllegalArgumentException e) {
      // No point of the curve has that x.
      return Optional.empty();
    }
  }

  private static String address(ECPoint key) {
    byte[] point = key.getEncoded(false);
    byte[] hash = keccak256(Arrays.copyOfRange(point, 1, point.length));
    return "0x" + HexFormat.of().formatHex(hash, 12, 32);
  }

  private static byte[] keccak256(byte[]... parts) {
    KeccakDigest digest = new KeccakDigest(256);
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] out = new byte[32];
    digest.doFinal(out, 0);
    return out;
  }

  private static byte[] hex(String text) {
    try {
      return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
