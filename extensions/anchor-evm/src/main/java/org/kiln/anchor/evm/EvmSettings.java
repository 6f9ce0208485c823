package org.kiln.anchor.evm;

import java.math.BigInteger;
import java.time.Duration;

/**
 * How roots are written to a chain.
 *
 * @param contract the anchor contract's address
 * @param confirmations blocks on top of a transaction's block until it is final
 * @param stuckAfter how long a transaction may wait for a block before it is replaced by one that
 *     pays a tenth more
 * @param maxFee the most wei a unit of gas may cost; no transaction goes out above it
 * @param form which form transactions have
 */
record EvmSettings(
    String contract, int confirmations, Duration stuckAfter, BigInteger maxFee, Form form) {

  /** The forms of transactions. */
  enum Form {
    /** EIP-1559 where blocks have a base fee, else legacy. */
    AUTO,
    /** Legacy with EIP-155. */
    LEGACY,
    /** EIP-1559. */
    EIP1559
  }

  EvmSettings {
    contract = Trust.address(contract);
    if (confirmations < 0 || confirmations > 10_000) {
      throw new IllegalArgumentException(
          "confirmations must be from 0 to 10000, not " + confirmations);
    }
    if (stuckAfter.isNegative() || stuckAfter.isZero()) {
      throw new IllegalArgumentException("stuckAfter must be positive");
    }
    if (maxFee.signum() <= 0) {
      throw new IllegalArgumentException("maxFee must be positive");
    }
  }
}
