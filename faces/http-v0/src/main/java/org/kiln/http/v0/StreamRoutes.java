package org.kiln.http.v0;

import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.StreamWrites.Written;
import org.kiln.ipld.event.DecodedEvent;

/** {@code /streams}: creating, loading and anchoring. */
final class StreamRoutes {
  private final StreamReads reads;
  private final StreamWrites writes;
  private final StreamAnchors anchors;
  private final Commits commits;
  private final StateTexts texts;
  private final AnswerRoom room;
  private final Options options;

  StreamRoutes(
      V0Streams streams, Commits commits, StateTexts texts, AnswerRoom room, Options options) {
    this.reads = streams.reads();
    this.writes = streams.writes();
    this.anchors = streams.anchors();
    this.commits = commits;
    this.texts = texts;
    this.room = room;
    this.options = options;
  }

  /** The routes; anchoring is a write. */
  List<Endpoint> endpoints(boolean readOnly) {
    Endpoint create = Endpoint.post("/streams", this::create);
    Endpoint load = Endpoint.get("/streams/{streamid}", this::load);
    Endpoint content = Endpoint.get("/streams/{streamid}/content", this::content);
    Endpoint anchor = Endpoint.post("/streams/{streamid}/anchor", this::anchor);
    return readOnly ? List.of(create, load, content) : List.of(create, load, content, anchor);
  }

  private HttpReply create(HttpCall call) throws HttpProblem, StreamException, CodecException {
    JsonBody body = JsonBody.of(call);
    int type = type(body.member("type"));
    Ipld.Map genesis =
        body.object("genesis")
            .orElseThrow(() -> Problems.invalid("genesis is required in order to create a stream"));
    DecodedEvent init = commits.read(genesis);
    Written written = writes.create(type, init, options.write(body.options(), call.deadline()));
    return texts.reply(written.state());
  }

  private static int type(Optional<Ipld> value) throws HttpProblem {
    if (value.orElse(Ipld.NULL) instanceof Ipld.Int number
        && number.value().signum() >= 0
        && number.value().bitLength() < 31) {
      return number.value().intValue();
    }
    throw Problems.invalid("type must be the number of a stream type");
  }

  private HttpReply load(HttpCall call) throws HttpProblem, StreamException {
    return texts.reply(state(call));
  }

  private HttpReply content(HttpCall call) throws HttpProblem, StreamException {
    try (JsonBytes out = JsonBytes.within(room, 512)) {
      IpldJson.write(state(call).document().latestContent(), out);
      return HttpReply.json(out.toBytes());
    }
  }

  private StreamState state(HttpCall call) throws HttpProblem, StreamException {
    return reads.load(Ids.ref(call.variable("streamid")), options.load(call));
  }

  private HttpReply anchor(HttpCall call) throws HttpProblem, StreamException, CodecException {
    StreamId stream = Ids.stream(call.variable("streamid"));
    // What is anchored is the tip that a load with these options finds.
    reads.load(
        new StreamRef(stream, Optional.empty()),
        options.load(JsonBody.of(call).options(), call.deadline()));
    AnchorStatus status = anchors.requestAnchor(stream, call.deadline());
    JsonBytes out = new JsonBytes(128);
    out.ascii("{\"streamId\":").quoted(stream.toString());
    out.ascii(",\"anchorStatus\":").number(status.ordinal()).put('}');
    return HttpReply.json(out.toBytes());
  }
}
