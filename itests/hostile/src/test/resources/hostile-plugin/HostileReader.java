package com.example.hostile;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;

/** Ranks above everybody, and never comes back. */
public final class HostileReader implements ContractReader {
  @Override
  public Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline) {
    while (true) {
      LockSupport.park(); // an interrupt does not end it
    }
  }
}
