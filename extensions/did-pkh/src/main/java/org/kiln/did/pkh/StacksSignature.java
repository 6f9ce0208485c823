package org.kiln.did.pkh;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.math.ec.ECPoint;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.crypto.Secp256k1;

/**
 * Capabilities signed by a Stacks wallet (SIP-018's plain messages): {@code r‖s‖v} in hexadecimal,
 * the address the mainnet single-signature form of the recovered key. Thread-safe.
 */
public final class StacksSignature implements CapabilitySignature {
  private static final byte[] PREFIX =
      "\u0017Stacks Signed Message:\n".getBytes(StandardCharsets.US_ASCII);
  private static final String C32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int MAINNET_SINGLE_SIGNATURE = 22;

  @Override
  public String type() {
    return "stacks:secp256k1";
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    SignedCapability capability = SignedCapability.read(cacao, "stacks");
    String address = capability.account().address();
    byte[] signature = hex(capability.signature());
    if (signature.length != 65 || signature[64] < 0 || signature[64] > 1) {
      throw SignedCapability.notTheIssuer();
    }
    byte[] message = capability.message().text("Stacks", address).getBytes(StandardCharsets.UTF_8);
    byte[] digest = Hashes.sha256(PREFIX, compactSize(message.length), message);
    Optional<ECPoint> key = Secp256k1.recover(digest, signature, signature[64] == 1);
    if (key.isEmpty()) {
      throw SignedCapability.notTheIssuer();
    }
    if (!address.equals(addressOf(key.get()))) {
      throw new CapabilityException("address does not belong to publicKey", Retry.NEVER);
    }
  }

  private static byte[] hex(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** Bitcoin's variable length integer. */
  private static byte[] compactSize(int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(5);
    int bytes = length < 0xfd ? 1 : length <= 0xffff ? 2 : 4;
    if (bytes > 1) {
      out.write(bytes == 2 ? 0xfd : 0xfe);
    }
    for (int i = 0; i < bytes; i++) {
      out.write(length >>> 8 * i);
    }
    return out.toByteArray();
  }

  private static String addressOf(ECPoint key) {
    return addressOf(Hashes.hash160(key.getEncoded(true)));
  }

  /** SIP-005: c32check of the hash of the compressed key. */
  static String addressOf(byte[] hash) {
    byte[] version = {MAINNET_SINGLE_SIGNATURE};
    byte[] checked = Arrays.copyOf(hash, hash.length + 4);
    byte[] checksum = Hashes.sha256(Hashes.sha256(version, hash));
    System.arraycopy(checksum, 0, checked, hash.length, 4);
    return "S" + C32.charAt(MAINNET_SINGLE_SIGNATURE) + c32(checked);
  }

  /** Big-endian number in 32 letters; each leading zero byte is one leading zero. */
  private static String c32(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (BigInteger rest = new BigInteger(1, bytes); rest.signum() > 0; rest = rest.shiftRight(5)) {
      out.append(C32.charAt(rest.intValue() & 31));
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      out.append('0');
    }
    return out.reverse().toString();
  }
}
