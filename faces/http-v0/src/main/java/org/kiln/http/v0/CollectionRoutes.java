package org.kiln.http.v0;

import java.util.List;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.ipld.CodecException;
import org.kiln.core.index.CollectionService;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;

/** {@code /collection}: documents by model. */
final class CollectionRoutes {
  private final CollectionService collections;
  private final StreamReads streams;
  private final StateTexts texts;
  private final AnswerRoom room;

  CollectionRoutes(
      CollectionService collections, StreamReads streams, StateTexts texts, AnswerRoom room) {
    this.collections = collections;
    this.streams = streams;
    this.texts = texts;
    this.room = room;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/collection", this::query), Endpoint.post("/collection/count", this::count));
  }

  private HttpReply count(HttpCall call) throws HttpProblem, StreamException, CodecException {
    IndexQuery query = CollectionRequest.of(JsonBody.of(call)).whole();
    long count = collections.count(query, call.deadline());
    return HttpReply.json(new JsonBytes(32).ascii("{\"count\":").number(count).put('}').toBytes());
  }

  private HttpReply query(HttpCall call) throws HttpProblem, StreamException, CodecException {
    IndexQuery query = CollectionRequest.of(JsonBody.of(call)).page();
    IndexPage page = collections.page(query, call.deadline());
    try {
      return new CollectionPage(query, page, streams, texts, room, call.deadline()).reply();
    } catch (CollectionPage.NotNowException e) {
      throw e.why();
    }
  }
}
