package org.kiln.http.one;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.net.Interest;

/** {@code /experimental/events}: the events of an interest in the order of their EventIds. */
final class RangeRoutes {
  private static final int MOST = 10_000;

  /** With more data than that an answer ends, and the offset says where. */
  private static final long MOST_BYTES = 4 << 20;

  private final EventLog log;
  private final EventTexts texts;
  private final NetworkId network;

  RangeRoutes(EventLog log, EventTexts texts, NetworkId network) {
    this.log = log;
    this.texts = texts;
    this.network = network;
  }

  List<HttpRoute> endpoints() {
    return List.of(Endpoint.get("/experimental/events/{sort_key}/{sort_value}", this::events));
  }

  private HttpReply events(HttpCall call) throws Refusal {
    int offset = Math.max(0, Parameters.number(call, "offset").orElse(0));
    int asked = Parameters.number(call, "limit").orElse(MOST);
    int limit = asked < 0 ? MOST : Math.min(asked, MOST);
    Interest interest = InterestRoutes.ofPath(call, "Invalid event data: ");
    List<Cid> keys = new ArrayList<>();
    int[] toSkip = {offset};
    log.scanKeys(
        interest.from(network),
        interest.to(network),
        key -> {
          if (toSkip[0] > 0) {
            toSkip[0]--;
            call.deadline().throwIfExpired();
          } else if (keys.size() < limit) {
            keys.add(key.event());
          }
          return keys.size() < limit;
        });
    List<Ipld> events = new ArrayList<>();
    long bytes = 0;
    int read = 0;
    while (read < keys.size() && bytes < MOST_BYTES) {
      Optional<StoredEvent> event = log.event(keys.get(read++));
      if (event.isPresent()) {
        List<Block> blocks = event.get().event().blocks();
        events.add(texts.event(event.get().event().cid(), blocks));
        bytes += blocks.stream().mapToLong(block -> block.data().length).sum();
      }
    }
    boolean complete = read == keys.size() && keys.size() < limit;
    return OneManners.json(
        Ipld.map(
            "events",
            new Ipld.List(events),
            "resumeOffset",
            Ipld.of(offset + (long) read),
            "isComplete",
            Ipld.of(complete)));
  }
}
