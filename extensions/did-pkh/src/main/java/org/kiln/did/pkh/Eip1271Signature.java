package org.kiln.did.pkh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.kit.crypto.Ethereum;

/**
 * Capabilities signed by a contract wallet: the contract itself is asked whether it accepts the
 * signature (EIP-1271). It answers for its newest state, so a verdict may change with its owners;
 * neither of the other nodes has such a verifier. Thread-safe.
 *
 * @see <a href="https://eips.ethereum.org/EIPS/eip-1271">EIP-1271</a>
 */
public final class Eip1271Signature implements CapabilitySignature {
  /**
   * {@code isValidSignature(bytes32,bytes)}: selector of the call and the answer that means yes.
   */
  private static final byte[] MAGIC = {0x16, 0x26, (byte) 0xba, 0x7e};

  private static final int WORD = 32;

  private final ContractReader chains;

  /** A verifier that asks these chains. */
  public Eip1271Signature(ContractReader chains) {
    this.chains = chains;
  }

  @Override
  public String type() {
    return "eip1271";
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    SignedCapability capability = SignedCapability.read(cacao, "eip155");
    String contract = capability.account().address().toLowerCase(Locale.ROOT);
    Optional<byte[]> signature = Ethereum.bytes(capability.signature());
    if (signature.isEmpty() || !EthereumMessage.isAddress(contract)) {
      throw SignedCapability.notTheIssuer();
    }
    for (byte[] digest : EthereumMessage.digests(capability)) {
      if (accepts(capability.account(), contract, digest, signature.get(), deadline)) {
        return;
      }
    }
    throw SignedCapability.notTheIssuer();
  }

  private boolean accepts(
      Account account, String contract, byte[] digest, byte[] signature, Deadline deadline)
      throws CapabilityException {
    try {
      return chains
          .call(account.chain(), contract, call(digest, signature), deadline)
          .filter(answer -> answer.length >= MAGIC.length)
          .filter(answer -> Arrays.equals(MAGIC, Arrays.copyOf(answer, MAGIC.length)))
          .isPresent();
    } catch (IOException e) {
      throw new CapabilityException(
          "EIP1271 signature of " + account + " cannot be checked now: " + e.getMessage(),
          Retry.LATER);
    }
  }

  /**
   * Solidity's ABI: selector, digest, offset of the bytes, their length, the bytes in whole words.
   */
  static byte[] call(byte[] digest, byte[] signature) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.writeBytes(digest);
    out.writeBytes(word(2 * WORD));
    out.writeBytes(word(signature.length));
    out.writeBytes(Arrays.copyOf(signature, (signature.length + WORD - 1) / WORD * WORD));
    return out.toByteArray();
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(WORD).putInt(WORD - Integer.BYTES, value).array();
  }
}
