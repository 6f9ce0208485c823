package org.kiln.http.v0;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.node.NodeControl;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamPins;

/** {@code /admin}: codes, status, pins and shutdown. */
final class AdminRoutes {
  private static final String STATUS = "/api/v0/admin/status";
  private static final String PINS = "/api/v0/admin/pins";
  private static final String SHUTDOWN = "/api/v0/admin/shutdown";

  private final AdminGate gate;
  private final StreamPins pins;
  private final AnswerRoom room;
  private final NodeStatus status;
  private final Supplier<Optional<NodeControl>> control;

  AdminRoutes(
      AdminGate gate,
      StreamPins pins,
      AnswerRoom room,
      NodeStatus status,
      Supplier<Optional<NodeControl>> control) {
    this.gate = gate;
    this.pins = pins;
    this.room = room;
    this.status = status;
    this.control = control;
  }

  List<Endpoint> endpoints(boolean readOnly) {
    List<Endpoint> endpoints =
        new ArrayList<>(
            List.of(
                Endpoint.get("/admin/getCode", this::code),
                Endpoint.get("/admin/status", this::status),
                Endpoint.get("/admin/pins", this::pins),
                Endpoint.get("/admin/pins/{streamid}", this::pinned),
                Endpoint.post("/admin/shutdown", this::shutdown)));
    if (!readOnly) {
      endpoints.add(Endpoint.post("/admin/pins/{streamid}", this::pin));
      endpoints.add(new Endpoint("/admin/pins/{streamid}", this::unpin, "DELETE"));
    }
    return List.copyOf(endpoints);
  }

  private HttpReply code(HttpCall call) {
    return HttpReply.json(
        new JsonBytes(64).ascii("{\"code\":").quoted(gate.newCode()).put('}').toBytes());
  }

  private HttpReply status(HttpCall call) throws HttpProblem {
    gate.header(call, STATUS);
    JsonBytes out = new JsonBytes(512);
    IpldJson.write(status.now(), out);
    return HttpReply.json(out.toBytes());
  }

  private HttpReply pins(HttpCall call) throws HttpProblem {
    gate.header(call, PINS);
    try (JsonBytes out = JsonBytes.within(room, 4096).ascii("{\"pinnedStreamIds\":[")) {
      int empty = out.size();
      pins.scanPins(
          stream -> {
            if (out.size() > empty) {
              out.put(',');
            }
            out.quoted(stream.toString());
            return true;
          });
      return HttpReply.json(out.ascii("]}").toBytes());
    }
  }

  private HttpReply pinned(HttpCall call) throws HttpProblem {
    gate.header(call, PINS);
    StreamId stream = Ids.stream(call.variable("streamid"));
    JsonBytes out = new JsonBytes(128).ascii("{\"pinnedStreamIds\":[");
    if (pins.pinned(stream)) {
      out.quoted(stream.toString());
    }
    return HttpReply.json(out.ascii("]}").toBytes());
  }

  private HttpReply pin(HttpCall call) throws HttpProblem, StreamException {
    gate.header(call, PINS);
    StreamId stream = Ids.stream(call.variable("streamid"));
    pins.pin(stream, call.deadline());
    return answer(stream, true);
  }

  private HttpReply unpin(HttpCall call) throws HttpProblem, StreamException, CodecException {
    gate.header(call, PINS);
    StreamId stream = Ids.stream(call.variable("streamid"));
    boolean publish = Ipld.TRUE.equals(JsonBody.of(call).options().entries().get("publish"));
    pins.unpin(stream, publish, call.deadline());
    return answer(stream, false);
  }

  private static HttpReply answer(StreamId stream, boolean pinned) {
    JsonBytes out = new JsonBytes(128).ascii("{\"streamId\":").quoted(stream.toString());
    return HttpReply.json(out.ascii(",\"isPinned\":" + pinned + "}").toBytes());
  }

  private HttpReply shutdown(HttpCall call) throws HttpProblem, CodecException {
    Ipld.Map request = gate.body(call, SHUTDOWN);
    NodeControl node =
        control.get().orElseThrow(() -> Problems.unavailable("Nobody here can stop the node"));
    node.shutdown(Ipld.TRUE.equals(request.entries().get("force")));
    return HttpReply.json(new JsonBytes(32).ascii("{\"result\":\"success\"}").toBytes());
  }
}
