package org.kiln.anchor.evm;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.crypto.Hashes;
import org.kiln.testkit.AnchorProofValidatorContract;
import org.kiln.testkit.SampleStream;

class EvmProofContractTest extends AnchorProofValidatorContract {
  private static final Cid ROOT = SampleStream.cid("root");

  private FakeChain ledger;
  private EvmNode node;
  private AnchorProof good;

  @BeforeEach
  void start() throws Exception {
    ledger = new FakeChain();
    node = ledger.node();
    byte[] raw = AnchorContract.call(ROOT);
    node.send(raw, Deadline.NONE);
    Cid transaction = Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, Hashes.keccak256(raw));
    good = new AnchorProof(FakeChain.ID, ROOT, transaction, Optional.of(AnchorContract.CALL));
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
    ledger.close();
  }

  @Override
  protected AnchorProofValidator validator() {
    return new EvmProofValidator(Map.of(FakeChain.ID, node), new Trust(Set.of()), 0);
  }

  @Override
  protected AnchorProof proof() {
    return good;
  }
}
