package org.kiln.streams.intake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.streams.read.Anchoring;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client wants with its events that came beside a tip, or before their model: that the
 * stream is pinned when it begins, and that it gets a time event. Both are in the write that keeps
 * the events. Which event is the tip is known only afterwards; a wish for one that is not is made
 * one for the tip, here or, when the node dies before that, where the time event is handed over.
 */
final class ClientWishes {
  private static final Logger LOG = LoggerFactory.getLogger(ClientWishes.class);

  private final Anchoring anchoring;
  private final Map<StreamId, Cid> last = new LinkedHashMap<>();
  private final List<Consumer<Batch>> pins = new ArrayList<>();
  private final List<AnchorRequests.Request> requests;

  ClientWishes(List<StreamEvent> events, Anchoring anchoring) {
    this.anchoring = anchoring;
    for (StreamEvent each : events) {
      switch (each.event().event()) {
        case Event.Init init -> {
          pins.add(Pins.of(each.stream(), init.header()));
          last.put(each.stream(), init.cid());
        }
        case Event.Data data -> last.put(each.stream(), data.cid());
        case Event.Time time -> last.remove(each.stream());
      }
    }
    this.requests =
        last.entrySet().stream()
            .map(wish -> anchoring.prepare(wish.getKey(), wish.getValue()))
            .flatMap(Optional::stream)
            .toList();
  }

  /** As part of the write that keeps the events; may be run more than once. */
  void write(Batch batch) {
    pins.forEach(pin -> pin.accept(batch));
    requests.forEach(request -> request.write().accept(batch));
  }

  /** That write is durable. */
  void committed() {
    requests.forEach(request -> request.committed().run());
  }

  /** The streams are derived; the caller holds their locks. */
  void derived(StreamCache cache, Deadline deadline) {
    last.forEach(
        (stream, wished) -> {
          DerivedState now = cache.get(stream);
          if (now == null || now.state().tip().equals(wished)) {
            return;
          }
          try {
            anchoring.request(now.state(), deadline);
          } catch (StreamException e) {
            LOG.debug("The tip of stream {} is asked for later: {}", stream, e.getMessage());
          }
        });
  }
}
