package org.kiln.anchor.evm;

import java.io.IOException;
import java.math.BigInteger;
import org.kiln.anchor.evm.EvmTransaction.Fees;
import org.kiln.anchor.evm.JsonRpc.RpcException;
import org.kiln.api.plugin.Deadline;

/** What gas costs at the moment. */
final class FeeMarket {
  private static final BigInteger DEFAULT_TIP = BigInteger.valueOf(1_000_000_000L);

  private final EvmNode node;
  private final EvmSettings.Form form;

  FeeMarket(EvmNode node, EvmSettings.Form form) {
    this.node = node;
    this.form = form;
  }

  /**
   * What gas costs.
   *
   * @param fees get a transaction into a block soon: there is room for the base fee to double
   * @param baseFee of the latest block, zero on chains without
   */
  record Quote(Fees fees, BigInteger baseFee) {
    /** The fees, but enough to replace a transaction that has paid these. */
    Fees over(Fees replaced) {
      return fees.atLeast(replaced.raised(baseFee));
    }
  }

  Quote now(Deadline deadline) throws IOException, RpcException {
    EvmNode.Block latest = node.latest(deadline);
    boolean dynamic =
        switch (form) {
          case LEGACY -> false;
          case EIP1559 -> true;
          case AUTO -> latest.baseFee().isPresent();
        };
    BigInteger base = latest.baseFee().orElse(BigInteger.ZERO);
    if (!dynamic) {
      return new Quote(new Fees.Legacy(node.gasPrice(deadline)), base);
    }
    BigInteger tip = node.priorityFee(deadline).orElse(DEFAULT_TIP);
    return new Quote(new Fees.Dynamic(base.shiftLeft(1).add(tip), tip), base);
  }
}
