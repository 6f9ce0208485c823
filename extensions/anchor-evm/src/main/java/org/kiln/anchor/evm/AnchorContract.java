package org.kiln.anchor.evm;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.kiln.api.ipld.Cid;

/**
 * What a transaction says that carries a root (CAIP-168): the call of the contract, or bare data.
 */
final class AnchorContract {
  /** The contract of the public networks, the same address on every chain. */
  static final String OFFICIAL = "0x231055a0852d67c7107ad0d0dfeab60278fe6adc";

  /** {@code txType} of a call of the contract. */
  static final String CALL = "f(bytes32)";

  /** {@code txType} of bare data, and what proofs without one mean. */
  static final String RAW = "raw";

  /** {@code anchorDagCbor(bytes32)}. */
  private static final byte[] SELECTOR = HexFormat.of().parseHex("97ad09eb");

  private static final int DIGEST_BYTES = 32;

  private AnchorContract() {}

  /** The call data that carries a root. */
  static byte[] call(Cid root) {
    byte[] digest = root.digest();
    if (root.hashFunction() != Cid.SHA2_256 || digest.length != DIGEST_BYTES) {
      throw new IllegalArgumentException("Only a sha2-256 root can be anchored, not " + root);
    }
    byte[] data = Arrays.copyOf(SELECTOR, SELECTOR.length + DIGEST_BYTES);
    System.arraycopy(digest, 0, data, SELECTOR.length, DIGEST_BYTES);
    return data;
  }

  /**
   * The root in a transaction's input; empty when it is not of that form. For a call the codec is
   * not in it and stands as DAG-CBOR.
   */
  static Optional<Cid> root(String txType, byte[] input) {
    return txType.equals(CALL) ? called(input) : raw(input);
  }

  private static Optional<Cid> called(byte[] input) {
    if (input.length != SELECTOR.length + DIGEST_BYTES
        || !Arrays.equals(input, 0, SELECTOR.length, SELECTOR, 0, SELECTOR.length)) {
      return Optional.empty();
    }
    byte[] digest = Arrays.copyOfRange(input, SELECTOR.length, input.length);
    return Optional.of(Cid.ofDigest(Cid.DAG_CBOR, Cid.SHA2_256, digest));
  }

  /**
   * {@code 0f} is the multibase prefix f of base16, filled up to a byte, before the CID's bytes.
   */
  private static Optional<Cid> raw(byte[] input) {
    if (input.length < 2 || input[0] != 0x0f) {
      return Optional.empty();
    }
    try {
      return Optional.of(Cid.of(Arrays.copyOfRange(input, 1, input.length)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
