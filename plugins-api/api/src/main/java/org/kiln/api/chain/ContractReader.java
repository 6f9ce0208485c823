package org.kiln.api.chain;

import java.io.IOException;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads from the smart contracts of Ethereum-like chains, for accounts that are contracts and have
 * to be asked whether they signed (EIP-1271). Register it as a service; other plugins take the one
 * of the highest ranking. Must be thread-safe.
 */
@ConsumerType
public interface ContractReader {
  /**
   * Calls a contract without a transaction, on the newest block.
   *
   * @param chain CAIP-2, for example {@code eip155:1}
   * @param contract its address, {@code 0x} and 40 hexadecimal digits
   * @param data the call: selector and arguments in Solidity's ABI
   * @return what it returned, at most 64 KiB; empty when the chain itself refused the call
   * @throws IOException when the chain cannot be asked now, or nobody is configured to ask
   */
  Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException;
}
