package org.kiln.anchor.inmemory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.testkit.AnchorProofValidatorContract;
import org.kiln.testkit.SampleStream;

class InMemoryProofContractTest extends AnchorProofValidatorContract {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  @Override
  protected AnchorProofValidator validator() {
    return new InMemoryChain(() -> NOW, Duration.ZERO, Duration.ofSeconds(60));
  }

  @Override
  protected AnchorProof proof() {
    Cid root = SampleStream.cid("root");
    Cid transaction = InMemoryTransaction.hash(InMemoryChain.CHAIN_ID, root, NOW.getEpochSecond());
    return new AnchorProof(InMemoryChain.CHAIN_ID, root, transaction, Optional.of("f(bytes32)"));
  }
}
