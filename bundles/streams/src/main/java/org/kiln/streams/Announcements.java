package org.kiln.streams;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamService.Listener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells who listens of new states. */
final class Announcements {
  private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  AutoCloseable listen(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void changed(StreamState state) {
    for (Listener listener : listeners) {
      try {
        listener.changed(state);
      } catch (RuntimeException e) {
        // A listener's trouble must not become the writer's.
        LOG.warn("A listener failed on stream {}", state.id(), e);
      }
    }
  }
}
