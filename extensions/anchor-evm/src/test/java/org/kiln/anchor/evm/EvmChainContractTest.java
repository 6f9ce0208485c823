package org.kiln.anchor.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.testkit.AnchorChainContract;

class EvmChainContractTest extends AnchorChainContract {
  private static final int CONFIRMATIONS = 3;

  @TempDir private Path directory;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private FakeChain ledger;

  @BeforeEach
  void start() throws IOException {
    ledger = new FakeChain();
  }

  @AfterEach
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    ledger.close();
  }

  private <T extends AutoCloseable> T own(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  protected AnchorChain chain() throws IOException {
    EvmSettings settings =
        new EvmSettings(
            AnchorContract.OFFICIAL,
            CONFIRMATIONS,
            Duration.ofMinutes(5),
            BigInteger.valueOf(1_000_000_000),
            EvmSettings.Form.AUTO);
    return new EvmChain(
        own(ledger.node()),
        new EvmKey("01".repeat(32)),
        settings,
        own(Journal.open(directory.resolve("sent"))),
        InstantSource.system());
  }

  @Override
  protected AnchorProofValidator validator() {
    return new EvmProofValidator(Map.of(FakeChain.ID, own(ledger.node())), new Trust(Set.of()), 0);
  }

  @Override
  protected void settle() {
    ledger.mine(CONFIRMATIONS);
  }
}
