package org.kiln.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.index.CollectionService.Wanted;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.ipld.Json;

/**
 * What {@code kiln index} and the console ask: {@code GET /admin/index} tells which models are
 * indexed, how many documents of each there are and how far they are filled in; {@code PUT} and
 * {@code DELETE /admin/index/{model}} begin and end to index one. Clients have routes of their own,
 * which want the signature of an administrator.
 */
public final class OperatorRoutes {
  private static final String PATH = "/admin/index";
  private static final Duration SOON = Duration.ofSeconds(5);

  /** Counting the documents of a large model takes its time; what is not counted by then is not. */
  private static final Duration COUNTING = Duration.ofSeconds(3);

  private final IndexRoom room;
  private final StreamReads streams;

  private OperatorRoutes(IndexRoom room, StreamReads streams) {
    this.room = room;
    this.streams = streams;
  }

  /**
   * The routes of a room.
   *
   * @param streams tells the names of models
   */
  public static List<HttpRoute> of(IndexRoom room, StreamReads streams) {
    OperatorRoutes routes = new OperatorRoutes(room, streams);
    return List.of(
        new Route(PATH, "GET", HttpRoute.Access.VIEWER, routes::list),
        new Route(PATH + "/{model}", "PUT", HttpRoute.Access.OPERATOR, routes::index),
        new Route(PATH + "/{model}", "DELETE", HttpRoute.Access.OPERATOR, routes::stop));
  }

  private Ipld.Map list(HttpCall call) throws StreamException {
    Deadline counting = Deadline.in(COUNTING);
    List<Ipld> models = new ArrayList<>();
    for (IndexedModel model : room.models()) {
      models.add(json(model, counting));
    }
    return Ipld.map("models", new Ipld.List(models), "trouble", text(room.trouble()));
  }

  private Ipld.Map index(HttpCall call) throws StreamException, HttpProblem {
    StreamId model = model(call);
    room.index(List.of(new Wanted(model, List.of())), call.deadline());
    return said(named(model) + " is indexed. What this node has of it is filled in by and by.");
  }

  private Ipld.Map stop(HttpCall call) throws StreamException, HttpProblem {
    StreamId model = model(call);
    if (room.models().stream().noneMatch(indexed -> indexed.id().equals(model))) {
      throw new HttpProblem(404, "not-found", named(model) + " is not indexed.");
    }
    room.stop(List.of(model));
    return said(named(model) + " is not indexed any more. Its documents stay where they are.");
  }

  private static StreamId model(HttpCall call) throws HttpProblem {
    try {
      return StreamId.parse(call.variable("model"));
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid", "This is no StreamID of a model: " + e.getMessage());
    }
  }

  private static Ipld.Map said(String message) {
    return Ipld.map("message", Ipld.of(message));
  }

  private Ipld.Map json(IndexedModel model, Deadline counting) {
    return Ipld.map(
        "model", Ipld.of(model.id().toString()),
        "name", text(name(model.id())),
        "documents", documents(model.id(), counting),
        "indices", new Ipld.List(model.indices().stream().map(OperatorRoutes::json).toList()),
        "filling",
            model.filling()
                ? Ipld.map("reached", Ipld.of(model.filled()), "until", Ipld.of(model.fillUntil()))
                : Ipld.NULL);
  }

  /** Of two fields, of which one is deep: {@code ["rank", "author.name"]}. */
  private static Ipld json(FieldIndex index) {
    return new Ipld.List(
        index.fields().stream().<Ipld>map(path -> Ipld.of(String.join(".", path))).toList());
  }

  private Ipld documents(StreamId model, Deadline counting) {
    if (counting.expired()) {
      return Ipld.NULL;
    }
    try {
      return Ipld.of(room.documentsNow(model, counting));
    } catch (IndexException e) {
      return Ipld.NULL;
    }
  }

  private String named(StreamId model) {
    return name(model).map(name -> "Model " + name + " (" + model + ")").orElse("Model " + model);
  }

  private Optional<String> name(StreamId model) {
    if (model.equals(StreamId.MODEL)) {
      return Optional.of("Model");
    }
    try {
      StreamRef ref = new StreamRef(model, Optional.empty());
      return streams.load(ref, LoadOptions.local(Deadline.in(SOON))).document().content()
              instanceof Ipld.Map content
          ? content.text("name")
          : Optional.empty();
    } catch (StreamException e) {
      return Optional.empty();
    }
  }

  private static Ipld text(Optional<String> text) {
    return text.<Ipld>map(Ipld::of).orElse(Ipld.NULL);
  }

  @FunctionalInterface
  private interface Answer {
    Ipld.Map to(HttpCall call) throws StreamException, HttpProblem;
  }

  private record Route(String pattern, String method, Access access, Answer answer)
      implements HttpRoute {
    @Override
    public Set<String> methods() {
      return Set.of(method);
    }

    @Override
    public HttpReply handle(HttpCall call) throws HttpProblem {
      try {
        return HttpReply.of(200, HttpReply.JSON, List.of(Json.write(answer.to(call))))
            .withHeaders(Map.of("Cache-Control", "no-store"));
      } catch (StreamException e) {
        throw problem(e);
      }
    }

    private static HttpProblem problem(StreamException e) {
      return switch (e.reason()) {
        case INVALID, CONFLICT, NOT_FOUND -> new HttpProblem(400, "invalid", e.getMessage());
        case UNAVAILABLE, BUSY ->
            new HttpProblem(503, "unavailable", e.getMessage(), Retry.after(SOON), e.details());
        case STORAGE -> new HttpProblem(507, "storage", e.getMessage());
      };
    }
  }
}
