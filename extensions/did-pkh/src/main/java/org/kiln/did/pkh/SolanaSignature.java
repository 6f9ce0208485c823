package org.kiln.did.pkh;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.crypto.Base58;
import org.kiln.kit.crypto.Ed25519;

/** Capabilities signed by a Solana wallet: its address is its Ed25519 key. Thread-safe. */
public final class SolanaSignature implements CapabilitySignature {
  @Override
  public String type() {
    return "solana:ed25519";
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    SignedCapability capability = SignedCapability.read(cacao, "solana");
    String address = capability.account().address();
    Optional<byte[]> key = Base58.decode(address);
    Optional<byte[]> signature = Base58.decode(capability.signature());
    byte[] message = capability.message().text("Solana", address).getBytes(StandardCharsets.UTF_8);
    if (key.isEmpty()
        || signature.isEmpty()
        || !Ed25519.verify(key.get(), message, signature.get())) {
      throw SignedCapability.notTheIssuer();
    }
  }
}
