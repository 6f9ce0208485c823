package org.kiln.http.one;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.ipld.Json;

/** {@code /streams}: the state of a stream, the same that every other face shows. */
final class StreamRoutes {
  private final StreamReads reads;
  private final EventLog log;

  StreamRoutes(StreamReads reads, EventLog log) {
    this.reads = reads;
    this.log = log;
  }

  List<HttpRoute> endpoints() {
    return List.of(Endpoint.get("/streams/{stream_id}", this::get));
  }

  private HttpReply get(HttpCall call) throws Refusal {
    String text = call.variable("stream_id");
    StreamId asked;
    try {
      asked = StreamText.parse(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("invalid stream id: " + e.getMessage());
    }
    // The type of the id is not looked at: there is one stream for each init event.
    Optional<StreamId> here =
        log.event(asked.init())
            .map(found -> found.event().stream())
            .filter(stream -> stream.init().equals(asked.init()));
    if (here.isEmpty()) {
      throw Refusal.notFound(text);
    }
    try {
      StreamState state =
          reads.load(
              new StreamRef(here.get(), Optional.empty()), LoadOptions.local(call.deadline()));
      return OneManners.json(body(asked, state));
    } catch (StreamException e) {
      throw switch (e.reason()) {
        // Its events are here, but nothing can be made of them, or not yet.
        case INVALID, NOT_FOUND, UNAVAILABLE, CONFLICT -> Refusal.notFound(text);
        case BUSY, STORAGE -> Refusal.of(e, "");
      };
    }
  }

  static Ipld body(StreamId asked, StreamState state) {
    Ipld.Map fields = state.document().latestMetadata();
    StreamMetadata metadata = new StreamMetadata(fields);
    String controller = metadata.controller().orElse("");
    Ipld data =
        Ipld.map("metadata", shown(fields), "content", sorted(state.document().latestContent()));
    return Ipld.map(
        "id",
        Ipld.of(asked.toString()),
        "event_cid",
        Ipld.of(state.tip().toString()),
        "controller",
        Ipld.of(controller),
        "dimensions",
        Ipld.map(
            "context",
            dimension(fields, "context"),
            "controller",
            text(controller.getBytes(StandardCharsets.UTF_8)),
            "model",
            text(metadata.modelBytes().map(Ipld.Bytes::value).orElse(new byte[0])),
            "unique",
            dimension(fields, "unique")),
        "data",
        text(Json.write(data)));
  }

  private static Ipld shown(Ipld.Map fields) {
    boolean indexed = !Ipld.FALSE.equals(fields.entries().get("shouldIndex"));
    return fields.entries().get("modelVersion") instanceof Ipld.Link version
        ? Ipld.map(
            "modelVersion", Ipld.of(version.cid().toString()), "shouldIndex", Ipld.of(indexed))
        : Ipld.map("shouldIndex", Ipld.of(indexed));
  }

  private static Ipld dimension(Ipld.Map fields, String name) {
    return text(
        switch (fields.entries().get(name)) {
          case Ipld.Bytes bytes -> bytes.value();
          case Ipld.Text text -> text.value().getBytes(StandardCharsets.UTF_8);
          case null, default -> new byte[0];
        });
  }

  private static Ipld text(byte[] bytes) {
    return Ipld.of(Multibase.BASE64URL.encode(bytes));
  }

  /** ceramic-one writes the keys of contents in their order. */
  private static Ipld sorted(Ipld value) {
    return switch (value) {
      case Ipld.List list ->
          new Ipld.List(list.items().stream().map(StreamRoutes::sorted).toList());
      case Ipld.Map map -> {
        Ipld.Map.Builder entries = Ipld.Map.builder();
        for (Map.Entry<String, Ipld> entry : new TreeMap<>(map.entries()).entrySet()) {
          entries.put(entry.getKey(), sorted(entry.getValue()));
        }
        yield entries.build();
      }
      default -> value;
    };
  }
}
