package org.kiln.api.net;

import java.io.IOException;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/** A way to a connected peer. Thread-safe; calls fail once the peer is gone. */
@ProviderType
public interface PeerLink {
  /**
   * Opens a stream that speaks the protocol this link was handed out for.
   *
   * @throws IOException when the peer is gone, refuses, or the deadline passes
   */
  PeerStream open(Deadline deadline) throws IOException;
}
