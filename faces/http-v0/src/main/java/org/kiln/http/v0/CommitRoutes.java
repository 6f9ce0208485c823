package org.kiln.http.v0;

import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamHistory;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.StreamWrites.Written;
import org.kiln.ipld.event.DecodedEvent;

/** {@code /commits}: the events of a stream, and adding one. */
final class CommitRoutes {
  private final StreamHistory history;
  private final StreamWrites writes;
  private final Commits commits;
  private final StateTexts texts;
  private final AnswerRoom room;
  private final Options options;

  CommitRoutes(
      V0Streams streams, Commits commits, StateTexts texts, AnswerRoom room, Options options) {
    this.history = streams.history();
    this.writes = streams.writes();
    this.room = room;
    this.commits = commits;
    this.texts = texts;
    this.options = options;
  }

  List<Endpoint> endpoints(boolean readOnly) {
    return List.of(
        Endpoint.get("/commits/{streamid}", this::list),
        Endpoint.post("/commits", readOnly ? CommitRoutes::refuse : this::apply));
  }

  private HttpReply list(HttpCall call) throws HttpProblem, StreamException {
    StreamId stream = Ids.stream(call.variable("streamid"));
    return new EventList(stream, history.events(stream, call.deadline()), room).reply();
  }

  private HttpReply apply(HttpCall call) throws HttpProblem, StreamException, CodecException {
    JsonBody body = JsonBody.of(call);
    Optional<String> id = body.text("streamId");
    Optional<Ipld.Map> commit = body.object("commit");
    if (id.isEmpty() || commit.isEmpty()) {
      throw Problems.invalid("streamId and commit are required in order to apply commit");
    }
    StreamRef ref = Ids.ref(id.get());
    if (ref.event().isPresent()) {
      throw Problems.invalid("Not StreamID: " + ref);
    }
    DecodedEvent event = commits.read(commit.get());
    Written written =
        writes.apply(ref.stream(), event, options.write(body.options(), call.deadline()));
    return texts.reply(written.state());
  }

  private static HttpReply refuse(HttpCall call) throws HttpProblem {
    throw new HttpProblem(400, "read-only", "Method not supported by read only Ceramic");
  }
}
