package org.kiln.http.v0;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.index.CollectionService;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /collection}: documents by model. */
final class CollectionRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(CollectionRoutes.class);

  private final Supplier<Optional<CollectionService>> collections;
  private final StreamReads streams;
  private final StateTexts texts;
  private final AnswerRoom room;

  CollectionRoutes(
      Supplier<Optional<CollectionService>> collections,
      StreamReads streams,
      StateTexts texts,
      AnswerRoom room) {
    this.collections = collections;
    this.streams = streams;
    this.texts = texts;
    this.room = room;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/collection", this::query), Endpoint.post("/collection/count", this::count));
  }

  /** The service, or a problem that says there is none. */
  static CollectionService present(Supplier<Optional<CollectionService>> collections)
      throws HttpProblem {
    return collections
        .get()
        .orElseThrow(() -> Problems.unavailable("The index of documents is not there now"));
  }

  private HttpReply count(HttpCall call) throws HttpProblem, StreamException, CodecException {
    IndexQuery query = CollectionRequest.of(JsonBody.of(call)).whole();
    long count = present(collections).count(query, call.deadline());
    return HttpReply.json(new JsonBytes(32).ascii("{\"count\":").number(count).put('}').toBytes());
  }

  private HttpReply query(HttpCall call) throws HttpProblem, StreamException, CodecException {
    IndexQuery query = CollectionRequest.of(JsonBody.of(call)).page();
    IndexPage page = present(collections).page(query, call.deadline());
    PageCursor cursors = PageCursor.of(query.sorting());
    try (JsonBytes out = JsonBytes.within(room, 4096)) {
      out.ascii("{\"edges\":[");
      List<IndexPlace> places = page.places();
      for (int i = 0; i < places.size(); i++) {
        out.ascii(i == 0 ? "{\"cursor\":" : ",{\"cursor\":");
        out.quoted(cursors.text(places.get(i))).ascii(",\"node\":");
        node(places.get(i).stream(), call.deadline(), out);
        out.put('}');
      }
      out.ascii("],\"pageInfo\":{\"hasNextPage\":");
      out.ascii(page.more() && !query.backward() ? "true" : "false");
      out.ascii(",\"hasPreviousPage\":");
      out.ascii(page.more() && query.backward() ? "true" : "false");
      if (!places.isEmpty()) {
        out.ascii(",\"startCursor\":").quoted(cursors.text(places.getFirst()));
        out.ascii(",\"endCursor\":").quoted(cursors.text(places.getLast()));
      }
      return HttpReply.json(out.ascii("}}").toBytes());
    }
  }

  /** The state as it is now; clients know what null means where there is none to be had. */
  private void node(StreamId stream, Deadline deadline, JsonBytes out) {
    try {
      StreamState state =
          streams.load(new StreamRef(stream, Optional.empty()), LoadOptions.local(deadline));
      texts.write(state, out);
    } catch (StreamException e) {
      LOG.warn("Stream {} is indexed but cannot be loaded: {}", stream, e.getMessage());
      out.ascii("null");
    }
  }
}
