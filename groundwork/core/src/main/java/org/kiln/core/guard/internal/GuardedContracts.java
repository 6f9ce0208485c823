package org.kiln.core.guard.internal;

import java.io.IOException;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginUnavailableException;

/** A plugin that asks contracts. A failure of it is a chain that cannot be asked now. */
final class GuardedContracts implements ContractReader {
  private static final int MAX_BYTES = 65_536;

  private final ContractReader reader;
  private final PluginThreads threads;

  GuardedContracts(ContractReader reader, PluginThreads threads) {
    this.reader = reader;
    this.threads = threads;
  }

  @Override
  public Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException {
    try {
      return threads.call(
          this,
          "ContractReader.call",
          deadline,
          IOException.class,
          caller -> checked(reader.call(chain, contract, data, deadline)));
    } catch (PluginUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Optional<byte[]> checked(Optional<byte[]> answer) {
    if (Checked.present(answer, "it").filter(bytes -> bytes.length > MAX_BYTES).isPresent()) {
      throw new IllegalStateException("it answered with more than " + MAX_BYTES + " bytes");
    }
    return answer;
  }
}
