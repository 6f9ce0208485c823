package org.kiln.type.caip10.sr25519;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Schnorr signatures over ristretto255 as the library schnorrkel makes them. For verification only:
 * see the package. Thread-safe.
 */
public final class Sr25519 {
  /** The context in which the wallets of Substrate's chains sign. */
  public static final String SUBSTRATE = "substrate";

  /** Bytes of a public key. */
  public static final int KEY_SIZE = Ristretto.SIZE;

  /** Bytes of a signature. */
  public static final int SIGNATURE_SIZE = 64;

  /** Of the last byte, set by schnorrkel so that nobody takes the signature for Ed25519's. */
  private static final int MARK = 0x80;

  private Sr25519() {}

  /**
   * Whether the key made the signature.
   *
   * @param context what the signature is for, {@link #SUBSTRATE} for wallets
   * @param key 32 bytes: a ristretto255 element that is not the neutral one, for which everybody
   *     could sign
   * @param signature 64 bytes: an element, and a scalar below the group's order with the mark of
   *     schnorrkel in its highest bit
   */
  public static boolean verify(String context, byte[] key, byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_SIZE || (signature[SIGNATURE_SIZE - 1] & MARK) == 0) {
      return false;
    }
    byte[] commitment = Arrays.copyOf(signature, Ristretto.SIZE);
    byte[] scalar = Arrays.copyOfRange(signature, Ristretto.SIZE, SIGNATURE_SIZE);
    scalar[scalar.length - 1] &= (byte) ~MARK;
    BigInteger s = LittleEndian.number(scalar);
    Optional<Ristretto> point = Ristretto.decode(key).filter(element -> !element.isNeutral());
    if (s.compareTo(Ristretto.ORDER) >= 0 || point.isEmpty()) {
      return false;
    }
    BigInteger challenge = challenge(context, key, message, commitment);
    Ristretto expected = Ristretto.sum(s, Ristretto.GENERATOR, challenge, point.get().negate());
    return Arrays.equals(commitment, expected.encode());
  }

  private static BigInteger challenge(
      String context, byte[] key, byte[] message, byte[] commitment) {
    Transcript transcript = new Transcript("SigningContext");
    transcript.append("", context.getBytes(StandardCharsets.UTF_8));
    transcript.append("sign-bytes", message);
    transcript.append("proto-name", "Schnorr-sig".getBytes(StandardCharsets.US_ASCII));
    transcript.append("sign:pk", key);
    transcript.append("sign:R", commitment);
    return LittleEndian.number(transcript.challenge("sign:c", 64)).mod(Ristretto.ORDER);
  }
}
