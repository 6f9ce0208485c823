package org.kiln.did.pkh;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.kit.crypto.Base58;
import org.kiln.kit.crypto.Ed25519;
import org.kiln.kit.crypto.Hashes;

/**
 * Capabilities signed by a Tezos wallet's Ed25519 key. The signature carries the public key behind
 * it: 99 characters {@code edsig…}, then {@code edpk…}. Thread-safe.
 */
public final class TezosSignature implements CapabilitySignature {
  private static final byte[] PUBLIC_KEY = {0x0d, 0x0f, 0x25, (byte) 0xd9};
  private static final byte[] ED_SIGNATURE = {0x09, (byte) 0xf5, (byte) 0xcd, (byte) 0x86, 0x12};
  private static final byte[] ADDRESS = {0x06, (byte) 0xa1, (byte) 0x9f};
  private static final int SIGNATURE_LENGTH = 99;

  @Override
  public String type() {
    return "tezos:ed25519";
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    SignedCapability capability = SignedCapability.read(cacao, "tezos");
    String address = capability.account().address();
    String both = capability.signature();
    if (both.length() <= SIGNATURE_LENGTH) {
      throw SignedCapability.notTheIssuer();
    }
    Optional<byte[]> key = Base58.decodeChecked(both.substring(SIGNATURE_LENGTH), PUBLIC_KEY, 32);
    Optional<byte[]> signature =
        Base58.decodeChecked(both.substring(0, SIGNATURE_LENGTH), ED_SIGNATURE, 64);
    if (key.isEmpty() || signature.isEmpty()) {
      throw new CapabilityException(
          "Tezos Signature type not supported, only type tezos:ed25519", Retry.NEVER);
    }
    if (!address.equals(Base58.encodeChecked(ADDRESS, Hashes.blake2b(160, key.get())))) {
      throw new CapabilityException("address does not belong to publicKey", Retry.NEVER);
    }
    String text = capability.message().text("Tezos", address);
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    // Michelson counts bytes, one deployed verifier UTF-16 units.
    Set<Integer> lengths = new TreeSet<>(Set.of(message.length));
    lengths.add(text.length());
    for (int length : lengths) {
      byte[] head = ByteBuffer.allocate(6).put((byte) 5).put((byte) 1).putInt(length).array();
      if (Ed25519.verify(key.get(), Hashes.blake2b(256, head, message), signature.get())) {
        return;
      }
    }
    throw SignedCapability.notTheIssuer();
  }
}
