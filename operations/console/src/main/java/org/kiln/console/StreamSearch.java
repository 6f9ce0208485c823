package org.kiln.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;

/**
 * {@code /console/api/streams}: streams that changed last, or those of a model or controller. There
 * is no index to ask, so a search looks at so many states at a time and says where to go on.
 */
final class StreamSearch {
  /** Events looked at to find what changed last. */
  private static final int RECENT_EVENTS = 2_000;

  /** States looked at by one request. */
  private static final int LOOK = 50_000;

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MAX_QUERY = 500;

  private final Parts parts;

  StreamSearch(Parts parts) {
    this.parts = parts;
  }

  Route route() {
    return Route.viewer("/console/api/streams", this::search);
  }

  private HttpReply search(HttpCall call) throws HttpProblem {
    String query = call.query("q").orElse("").strip();
    int most = Route.number(call, "limit", 50, 200);
    if (query.length() > MAX_QUERY) {
      throw new HttpProblem(400, "invalid", "A search has at most " + MAX_QUERY + " characters");
    }
    if (query.isEmpty()) {
      return Route.json(recent(most));
    }
    if (query.startsWith("did:")) {
      return Route.json(
          search(call, "controller", query, most, state -> controlledBy(state, query)));
    }
    StreamId stream = stream(query);
    if (stream.type() == MODEL_TYPE) {
      return Route.json(
          search(
              call,
              "model",
              stream.toString(),
              most,
              state -> stream.equals(state.id()) || of(stream, state)));
    }
    List<Ipld> found = new ArrayList<>();
    EventLog log = Route.need(parts.log().get(), "event log");
    Optional<String> damage =
        damageOf(
            () ->
                log.scanStream(
                    stream,
                    0,
                    event -> {
                      found.add(row(stream, load(stream, Deadline.in(PATIENCE)), 0, 0));
                      return false;
                    }));
    return Route.json(answer("stream", found, found.size(), Optional.empty(), damage));
  }

  private static final int MODEL_TYPE = 2;

  private static StreamId stream(String query) throws HttpProblem {
    try {
      return StreamRef.parse(query).stream();
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(
          400,
          "invalid",
          "Search for a stream's or a model's id (k…), or a controller (did:…); this is neither: "
              + e.getMessage());
    }
  }

  private Ipld recent(int most) throws HttpProblem {
    EventLog log = Route.need(parts.log().get(), "event log");
    Map<StreamId, long[]> newest = new LinkedHashMap<>();
    long after = Math.max(0, log.lastSequence() - RECENT_EVENTS);
    Optional<String> damage =
        damageOf(
            () ->
                log.scan(
                    after,
                    stored -> {
                      StreamId id = stored.event().stream();
                      long[] seen = newest.remove(id);
                      newest.put(
                          id,
                          new long[] {stored.event().receivedAt(), seen == null ? 1 : seen[1] + 1});
                      return stored.sequence() < after + 2L * RECENT_EVENTS;
                    }));
    Deadline deadline = Deadline.in(PATIENCE);
    List<Ipld> rows = new ArrayList<>();
    for (StreamId id : List.copyOf(newest.keySet()).reversed()) {
      if (rows.size() == most) {
        break;
      }
      long[] seen = newest.get(id);
      rows.add(row(id, load(id, deadline), seen[0], seen[1]));
    }
    int looked = (int) Math.min(RECENT_EVENTS, log.size());
    return answer("recent", rows, looked, Optional.empty(), damage);
  }

  private Ipld search(
      HttpCall call, String kind, String mention, int most, Predicate<StreamState> wanted)
      throws HttpProblem {
    StreamCatalogue catalogue = Route.need(parts.catalogue().get(), "stream service");
    Optional<StreamId> after = Optional.empty();
    if (call.query("after").isPresent()) {
      after = Optional.of(stream(call.query("after").get()));
    }
    Optional<StreamId> start = after;
    List<Ipld> rows = new ArrayList<>();
    AtomicReference<StreamCatalogue.Walk> walk =
        new AtomicReference<>(new StreamCatalogue.Walk(0, Optional.empty(), Optional.empty()));
    Optional<String> damage =
        damageOf(
            () ->
                walk.set(
                    catalogue.search(
                        mention,
                        start,
                        LOOK,
                        Deadline.in(PATIENCE),
                        state -> {
                          if (wanted.test(state)) {
                            rows.add(row(state.id(), Optional.of(state), 0, 0));
                          }
                          return rows.size() < most;
                        })));
    return answer(kind, rows, walk.get().seen(), walk.get().last(), damage.or(walk.get()::damage));
  }

  /** What was read before the store could not go on is shown, with the reason. */
  private static Optional<String> damageOf(Runnable walk) {
    try {
      walk.run();
      return Optional.empty();
    } catch (StoreException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Ipld answer(
      String kind, List<Ipld> rows, int seen, Optional<StreamId> next, Optional<String> damage) {
    return Ipld.map(
        "damage", Route.text(damage),
        "kind", Ipld.of(kind),
        "streams", new Ipld.List(rows),
        "seen", Ipld.of(seen),
        "next", Route.text(next.map(StreamId::toString)));
  }

  private Optional<StreamState> load(StreamId stream, Deadline deadline) {
    Optional<StreamReads> service = parts.streams().get();
    if (service.isEmpty() || deadline.expired()) {
      return Optional.empty();
    }
    try {
      StreamRef ref = StreamRef.of(stream.bytes());
      return Optional.of(service.get().load(ref, LoadOptions.local(deadline)));
    } catch (StreamException | RuntimeException e) {
      // Its page says why; the list shows at least that it is there.
      return Optional.empty();
    }
  }

  private static Ipld row(StreamId id, Optional<StreamState> state, long at, long recentEvents) {
    Ipld.Map.Builder row =
        Ipld.Map.builder().with("id", Ipld.of(id.toString())).with("type", Ipld.of(id.type()));
    if (at > 0) {
      row.put("at", Ipld.of(at));
      row.put("recentEvents", Ipld.of(recentEvents));
    }
    if (state.isPresent()) {
      StreamState now = state.get();
      row.put("events", Ipld.of(now.log().size()));
      row.put("anchor", Ipld.of(now.anchorStatus().name()));
      row.put("controllers", now.document().metadata().get("controllers").orElse(Ipld.list()));
      row.put("model", Route.text(model(now)));
      row.put("title", Route.text(title(now.document().latestContent())));
    }
    return row.build();
  }

  /** A word of the content that tells people what it is. */
  private static Optional<String> title(Ipld content) {
    if (content instanceof Ipld.Map map) {
      for (String name : List.of("name", "title", "displayName", "label")) {
        Optional<String> text = map.text(name).filter(value -> !value.isBlank());
        if (text.isPresent()) {
          return text.map(value -> value.substring(0, Math.min(80, value.length())));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean controlledBy(StreamState state, String did) {
    return metadata(state).controllers().contains(did);
  }

  private static boolean of(StreamId model, StreamState state) {
    return model(state).filter(model.toString()::equals).isPresent();
  }

  /** The name of a stream's model. */
  static Optional<String> model(StreamState state) {
    return metadata(state).modelText();
  }

  /** Without what may yet be changed: what searches go by. */
  private static StreamMetadata metadata(StreamState state) {
    return new StreamMetadata(state.document().metadata());
  }
}
