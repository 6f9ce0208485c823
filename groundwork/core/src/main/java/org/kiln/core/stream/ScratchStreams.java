package org.kiln.core.stream;

import java.util.function.BiConsumer;
import org.kiln.core.log.EventLog;

/**
 * Stream services over {@link org.kiln.core.log.ScratchLogs}: the node's own code and extensions,
 * without its data. For running code through before it is needed. Thread-safe.
 */
public interface ScratchStreams {
  /** Lets the caller use a fresh service and its log, both of which are gone when it comes back. */
  void use(BiConsumer<StreamService, EventLog> use);
}
