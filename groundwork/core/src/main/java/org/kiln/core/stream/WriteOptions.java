package org.kiln.core.stream;

import org.kiln.api.plugin.Deadline;

/**
 * How to write.
 *
 * @param anchor whether to ask for a time event
 * @param publish whether to announce the tip to peers
 * @param pin whether to pin a stream that is created, and its model
 * @param sync whether to ask the network for a stream before it is created
 * @param syncTimeoutSeconds how long to wait for it
 * @param deadline when the call must come back
 */
public record WriteOptions(
    boolean anchor,
    boolean publish,
    boolean pin,
    SyncOption sync,
    int syncTimeoutSeconds,
    Deadline deadline) {

  /** Without asking anybody for a stream that is created. */
  public WriteOptions(boolean anchor, boolean publish, boolean pin, Deadline deadline) {
    this(anchor, publish, pin, SyncOption.NEVER_SYNC, 0, deadline);
  }
}
