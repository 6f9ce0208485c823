package org.kiln.type.caip10;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.kit.crypto.Ethereum;
import org.kiln.kit.crypto.Secp256k1;

/** Accounts of Ethereum-like chains: keys, and contracts that stand for keys. */
final class EthereumAccount {
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

  /**
   * {@code isValidSignature(bytes,bytes)}, the first draft of EIP-1271, which links have stayed
   * with: selector of the call and the answer that means yes.
   */
  private static final byte[] MAGIC = {0x20, (byte) 0xc1, 0x3b, 0x0b};

  private static final int WORD = 32;

  private EthereumAccount() {}

  /** EIP-191: the wallet signs the prefixed text, and its address follows from the signature. */
  static boolean keySigned(LinkProof proof) {
    byte[] signature = Ethereum.bytes(proof.signature()).orElse(new byte[0]);
    if (signature.length != 65) {
      return false;
    }
    byte[] message = proof.message().getBytes(StandardCharsets.UTF_8);
    int recovery = (signature[64] & 0xff) % 27;
    return recovery < 2
        && Secp256k1.recover(Ethereum.messageDigest(message), signature, recovery == 1)
            .map(key -> Ethereum.hex(Ethereum.address(key)))
            .filter(proof.address().toLowerCase(Locale.ROOT)::equals)
            .isPresent();
  }

  /**
   * Asks the contract at the account's address.
   *
   * @throws DependencyMissingException when its chain cannot be asked now
   */
  static boolean contractAccepts(LinkProof proof, ContractReader contracts, Deadline deadline)
      throws DependencyMissingException {
    byte[] signature = Ethereum.bytes(proof.signature()).orElse(new byte[0]);
    if (signature.length == 0 || !ADDRESS.matcher(proof.address()).matches()) {
      return false;
    }
    byte[] call = call(proof.message().getBytes(StandardCharsets.UTF_8), signature);
    try {
      return contracts
          .call(proof.chain(), proof.address(), call, deadline)
          .filter(answer -> answer.length >= MAGIC.length)
          .filter(answer -> Arrays.equals(MAGIC, Arrays.copyOf(answer, MAGIC.length)))
          .isPresent();
    } catch (IOException e) {
      throw new DependencyMissingException(
          Dependency.chain(proof.chain()),
          "The contract wallet "
              + proof.account()
              + " cannot be asked now whether it signed the link: "
              + e.getMessage());
    }
  }

  /** Solidity's ABI: selector, the two offsets, then each length and its bytes in whole words. */
  static byte[] call(byte[] message, byte[] signature) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.writeBytes(word(2 * WORD));
    out.writeBytes(word(3 * WORD + padded(message).length));
    out.writeBytes(word(message.length));
    out.writeBytes(padded(message));
    out.writeBytes(word(signature.length));
    out.writeBytes(padded(signature));
    return out.toByteArray();
  }

  private static byte[] padded(byte[] bytes) {
    return Arrays.copyOf(bytes, (bytes.length + WORD - 1) / WORD * WORD);
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(WORD).putInt(WORD - Integer.BYTES, value).array();
  }
}
