package org.kiln.core.stream;

import java.util.OptionalLong;
import org.kiln.api.plugin.Deadline;

/**
 * How to load.
 *
 * @param sync whether to ask the network
 * @param syncTimeoutSeconds how long to wait for it
 * @param atTime unix seconds: the state as of the last time event not after it
 * @param deadline when the call must come back
 */
public record LoadOptions(
    SyncOption sync, int syncTimeoutSeconds, OptionalLong atTime, Deadline deadline) {
  /** From what is known here. */
  public static LoadOptions local(Deadline deadline) {
    return new LoadOptions(SyncOption.NEVER_SYNC, 0, OptionalLong.empty(), deadline);
  }
}
