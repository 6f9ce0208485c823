package org.kiln.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;

/** One stream with all its events, and one event with all its blocks. */
final class StreamPage {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Parts parts;

  StreamPage(Parts parts) {
    this.parts = parts;
  }

  List<Route> routes() {
    return List.of(
        Route.viewer("/console/api/streams/{stream}", this::stream),
        Route.viewer("/console/api/events/{cid}", this::event));
  }

  private HttpReply event(HttpCall call) throws HttpProblem {
    Cid cid;
    try {
      cid = Cid.parse(call.variable("cid"));
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid", e.getMessage());
    }
    StoredEvent stored =
        Route.need(parts.log().get(), "event log")
            .event(cid)
            .orElseThrow(
                () -> new HttpProblem(404, "not-found", "There is no event " + cid + " here"));
    return Route.json(EventView.blocks(stored));
  }

  private HttpReply stream(HttpCall call) throws HttpProblem {
    StreamId id;
    try {
      id = StreamRef.parse(call.variable("stream")).stream();
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid", "This is no stream id: " + e.getMessage());
    }
    Deadline deadline = Deadline.in(PATIENCE);
    EventLog log = Route.need(parts.log().get(), "event log");
    NewestEvents found =
        NewestEvents.of(log, id, () -> deadline.remaining().toMillis() < PATIENCE.toMillis() / 2);
    List<StoredEvent> events = found.events();
    if (events.isEmpty() && found.damage().isEmpty()) {
      throw new HttpProblem(404, "not-found", "There is no stream " + id + " on this node");
    }
    // The first event names the stream under its right type, whatever type was asked for.
    StreamId known = events.isEmpty() ? id : events.get(0).event().stream();
    Ipld.Map.Builder page =
        Ipld.Map.builder()
            .with("id", Ipld.of(known.toString()))
            .with("type", Ipld.of(known.type()))
            .with(
                "total", found.total().isPresent() ? Ipld.of(found.total().getAsLong()) : Ipld.NULL)
            .with("cut", Ipld.of(found.cut()))
            .with("damage", Route.text(found.damage()));
    Set<Cid> shown =
        events.stream().map(stored -> stored.event().cid()).collect(Collectors.toUnmodifiableSet());
    Map<Cid, LogEntry> canonical =
        state(known, deadline, page).map(lines -> linesOf(shown, lines)).orElse(Map.of());
    List<Ipld> lines = new ArrayList<>();
    for (StoredEvent stored : events) {
      Ipld.Map.Builder line = EventView.line(stored);
      LogEntry entry = canonical.get(stored.event().cid());
      line.put("canonical", Ipld.of(entry != null));
      if (entry != null && entry.timestamp().isPresent()) {
        line.put("timestamp", Ipld.of(entry.timestamp().get().getEpochSecond()));
      }
      lines.add(line.build());
    }
    page.put("events", new Ipld.List(lines));
    return Route.json(page.build());
  }

  /** The lines of those events, and of no other: a log may be a hundred times longer. */
  static Map<Cid, LogEntry> linesOf(Set<Cid> events, List<LogEntry> log) {
    Map<Cid, LogEntry> lines = new HashMap<>();
    for (LogEntry line : log) {
      if (events.contains(line.cid())) {
        lines.put(line.cid(), line);
      }
    }
    return lines;
  }

  /** Describes the state and answers its log; empty when there is no state, which is said. */
  private Optional<StreamLog> state(StreamId id, Deadline deadline, Ipld.Map.Builder page)
      throws HttpProblem {
    StreamReads service = Route.need(parts.streams().get(), "stream service");
    try {
      StreamState state = service.load(StreamRef.of(id.bytes()), LoadOptions.local(deadline));
      parts.pins().get().ifPresent(pins -> page.put("pinned", Ipld.of(pins.pinned(id))));
      page.put("state", describe(state));
      return Optional.of(state.log());
    } catch (StreamException e) {
      untold(page, e.getMessage(), e.reason().name());
    } catch (StoreException e) {
      untold(page, e.getMessage(), e.kind().name());
    }
    return Optional.empty();
  }

  private static void untold(Ipld.Map.Builder page, String why, String reason) {
    page.put("state", Ipld.NULL);
    page.put("problem", Ipld.of(why));
    page.put("reason", Ipld.of(reason));
  }

  private static Ipld describe(StreamState state) {
    Ipld.Map.Builder map =
        Ipld.Map.builder()
            .with("content", state.document().content())
            .with("metadata", state.document().metadata())
            .with("model", Route.text(StreamSearch.model(state)))
            .with("signature", Ipld.of(state.document().signature().name()))
            .with("anchor", Ipld.of(state.anchorStatus().name()))
            .with("tip", Ipld.of(state.tip().toString()))
            .with("commit", Ipld.of(state.commitId().toString()))
            .with("length", Ipld.of(state.log().size()));
    state
        .document()
        .next()
        .ifPresent(
            next -> {
              Ipld.Map.Builder coming = Ipld.Map.builder();
              next.content().ifPresent(content -> coming.put("content", content));
              next.metadata().ifPresent(metadata -> coming.put("metadata", metadata));
              map.put("next", coming.build());
            });
    state
        .anchorProof()
        .ifPresent(
            proof ->
                map.put(
                    "proof",
                    Ipld.map(
                        "chain", Ipld.of(proof.chainId()),
                        "root", Ipld.of(proof.root().toString()),
                        "tx", Ipld.of(EventView.transaction(proof)))));
    return map.build();
  }
}
