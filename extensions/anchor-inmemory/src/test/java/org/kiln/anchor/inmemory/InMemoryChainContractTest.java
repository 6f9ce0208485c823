package org.kiln.anchor.inmemory;

import java.time.Duration;
import java.time.Instant;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.testkit.AnchorChainContract;

class InMemoryChainContractTest extends AnchorChainContract {
  private volatile Instant now = Instant.ofEpochSecond(1_700_000_000);

  private InMemoryChain inMemory() {
    return new InMemoryChain(() -> now, Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  @Override
  protected AnchorChain chain() {
    return inMemory();
  }

  @Override
  protected AnchorProofValidator validator() {
    return inMemory();
  }

  @Override
  protected void settle() {
    now = now.plusSeconds(30);
  }

  @Override
  protected boolean costs() {
    return false;
  }
}
