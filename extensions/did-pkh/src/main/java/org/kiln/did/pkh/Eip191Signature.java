package org.kiln.did.pkh;

import java.util.Locale;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.crypto.Ethereum;
import org.kiln.kit.crypto.Secp256k1;

/**
 * Capabilities signed by an Ethereum wallet's key (EIP-191 over EIP-4361). Thread-safe.
 *
 * @see <a href="https://eips.ethereum.org/EIPS/eip-4361">EIP-4361</a>
 */
public final class Eip191Signature implements CapabilitySignature {
  @Override
  public String type() {
    return "eip191";
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    SignedCapability capability = SignedCapability.read(cacao, "eip155");
    String address = capability.account().address().toLowerCase(Locale.ROOT);
    byte[] signature = Ethereum.bytes(capability.signature()).orElse(new byte[0]);
    if (signature.length != 65 || !EthereumMessage.isAddress(address)) {
      throw SignedCapability.notTheIssuer();
    }
    int v = signature[64] < 27 ? signature[64] : signature[64] - 27;
    if (v != 0 && v != 1) {
      throw SignedCapability.notTheIssuer();
    }
    for (byte[] digest : EthereumMessage.digests(capability)) {
      if (Secp256k1.recover(digest, signature, v == 1)
          .map(key -> Ethereum.hex(Ethereum.address(key)))
          .filter(address::equals)
          .isPresent()) {
        return;
      }
    }
    throw SignedCapability.notTheIssuer();
  }
}
