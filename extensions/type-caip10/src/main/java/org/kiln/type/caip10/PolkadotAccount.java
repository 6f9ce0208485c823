package org.kiln.type.caip10;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.ECPoint;
import org.kiln.api.ipld.Multibase;
import org.kiln.kit.crypto.Ed25519;
import org.kiln.kit.crypto.Ethereum;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.crypto.Secp256k1;
import org.kiln.type.caip10.sr25519.Sr25519;

/**
 * Accounts of Polkadot and the chains built with Substrate. The address does not say by which of
 * four schemes its key signs, so each that fits is tried; wallets sign the text between {@code
 * <Bytes>} and {@code </Bytes>}, older ones the text itself.
 *
 * @see <a href="https://docs.polkadot.com/reference/parachains/accounts/">SS58</a>
 */
final class PolkadotAccount {
  private static final Pattern SIGNATURE = Pattern.compile("0x([0-9a-fA-F]{2}){64,66}");
  private static final Pattern ETHEREUM_ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final String OPEN = "<Bytes>";
  private static final String CLOSE = "</Bytes>";
  private static final String ETHEREUM_OPEN = "\u0019Ethereum Signed Message:\n";
  private static final int KEY = 32;
  private static final int CHECKSUM = 2;
  private static final int MAX_ADDRESS = 64;
  private static final int RECOVERABLE = 65;
  private static final int ED25519 = 0;
  private static final int SR25519 = 1;
  private static final int ECDSA = 2;

  private PolkadotAccount() {}

  static boolean signed(LinkProof proof) {
    if (!SIGNATURE.matcher(proof.signature()).matches()) {
      return false;
    }
    byte[] signature = HexFormat.of().parseHex(proof.signature().substring(2));
    byte[] text = proof.message().getBytes(StandardCharsets.UTF_8);
    byte[] other = otherForm(proof.message()).getBytes(StandardCharsets.UTF_8);
    if (ETHEREUM_ADDRESS.matcher(proof.address()).matches()) {
      byte[] account = HexFormat.of().parseHex(proof.address().substring(2));
      return ethereum(account, text, signature) || ethereum(account, other, signature);
    }
    return key(proof.address())
        .filter(
            key ->
                typed(key, text, signature)
                    || untyped(key, text, signature)
                    || untyped(key, other, signature))
        .isPresent();
  }

  /** The text with wallets' wrapping, or without when it has it. */
  private static String otherForm(String text) {
    if (text.startsWith(OPEN) && text.endsWith(CLOSE)) {
      return text.substring(OPEN.length(), text.length() - CLOSE.length());
    }
    return text.startsWith(ETHEREUM_OPEN) ? text : OPEN + text + CLOSE;
  }

  /** The 32 bytes of an SS58 address, of any chain: a key, or for ECDSA the hash of one. */
  static Optional<byte[]> key(String address) {
    try {
      byte[] bytes =
          address.length() > MAX_ADDRESS ? new byte[0] : Multibase.BASE58BTC.decodeBody(address);
      int prefix = bytes.length - KEY - CHECKSUM;
      // One byte below 64, without the reserved 46 and 47, or two of which the first is below 128.
      boolean known =
          prefix == 1 && bytes[0] >= 0 && bytes[0] < 64 && bytes[0] != 46 && bytes[0] != 47
              || prefix == 2 && bytes[0] >= 64;
      if (!known) {
        return Optional.empty();
      }
      byte[] sum = checksum(bytes, prefix);
      return Arrays.equals(sum, 0, CHECKSUM, bytes, prefix + KEY, bytes.length)
          ? Optional.of(Arrays.copyOfRange(bytes, prefix, prefix + KEY))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] checksum(byte[] bytes, int prefix) {
    byte[] domain = "SS58PRE".getBytes(StandardCharsets.US_ASCII);
    return Hashes.blake2b(512, domain, Arrays.copyOf(bytes, prefix + KEY));
  }

  /** A signature that begins with its scheme, as transactions have it. */
  private static boolean typed(byte[] key, byte[] message, byte[] signature) {
    byte[] bare = Arrays.copyOfRange(signature, 1, signature.length);
    return switch (signature[0]) {
      case ED25519 -> Ed25519.verify(key, message, bare);
      case SR25519 -> Sr25519.verify(Sr25519.SUBSTRATE, key, message, bare);
      case ECDSA -> ecdsa(key, message, bare);
      default -> false;
    };
  }

  private static boolean untyped(byte[] key, byte[] message, byte[] signature) {
    return Sr25519.verify(Sr25519.SUBSTRATE, key, message, signature)
        || Ed25519.verify(key, message, signature)
        || ecdsa(key, message, signature);
  }

  private static boolean ecdsa(byte[] account, byte[] message, byte[] signature) {
    return recover(Hashes.blake2b(256, message), signature)
        .map(key -> Hashes.blake2b(256, key.getEncoded(true)))
        .filter(hash -> Arrays.equals(hash, account))
        .isPresent();
  }

  /** Of chains whose accounts are Ethereum's. */
  private static boolean ethereum(byte[] account, byte[] message, byte[] signature) {
    return recover(Hashes.keccak256(message), signature)
        .map(Ethereum::address)
        .filter(address -> Arrays.equals(address, account))
        .isPresent();
  }

  private static Optional<ECPoint> recover(byte[] digest, byte[] signature) {
    return signature.length == RECOVERABLE && (signature[RECOVERABLE - 1] & ~1) == 0
        ? Secp256k1.recover(digest, signature, signature[RECOVERABLE - 1] == 1)
        : Optional.empty();
  }
}
