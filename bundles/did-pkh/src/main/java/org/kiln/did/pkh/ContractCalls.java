package org.kiln.did.pkh;

import java.io.IOException;
import org.kiln.api.plugin.Deadline;

/** Reads from smart contracts. */
@FunctionalInterface
public interface ContractCalls {
  /**
   * Calls a contract without a transaction, on the newest block.
   *
   * @param chain CAIP-2, for example {@code eip155:1}
   * @param contract its address
   * @param data the call
   * @return what it returned
   * @throws IOException when the chain cannot be asked
   * @throws ReversionException when the call failed on the chain
   */
  byte[] call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException, ReversionException;

  /** The contract refused the call, or there is none at the address. */
  final class ReversionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the chain node's own words. */
    public ReversionException(String message) {
      super(message, null, false, false);
    }
  }
}
