package org.kiln.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.core.stream.StreamCatalogue.Walk;

/**
 * {@code /console/api/models}: the models this node has, whether their documents are indexed or
 * not, with what leads from one to another. Looks at so many states at a time and says where to go
 * on.
 */
final class ModelRoute {
  private static final int MODEL_TYPE = 2;
  private static final int MOST_MODELS = 500;
  private static final int LOOK = 50_000;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Parts parts;

  ModelRoute(Parts parts) {
    this.parts = parts;
  }

  Route route() {
    return Route.viewer("/console/api/models", this::models);
  }

  private HttpReply models(HttpCall call) throws HttpProblem {
    StreamCatalogue catalogue = Route.need(parts.catalogue().get(), "stream service");
    Optional<StreamId> after = after(call);
    List<Ipld> models = new ArrayList<>();
    Optional<StreamId> next = Optional.empty();
    Optional<String> damage;
    try {
      Walk walk =
          catalogue.search(
              StreamId.MODEL.toString(),
              after,
              LOOK,
              Deadline.in(PATIENCE),
              state -> {
                if (state.id().type() == MODEL_TYPE) {
                  models.add(json(state));
                }
                return models.size() < MOST_MODELS;
              });
      next = walk.last();
      damage = walk.damage();
    } catch (StoreException e) {
      damage = Optional.of(e.getMessage());
    }
    return Route.json(
        Ipld.map(
            "models", new Ipld.List(models),
            "next", Route.text(next.map(StreamId::toString)),
            "damage", Route.text(damage)));
  }

  private static Optional<StreamId> after(HttpCall call) throws HttpProblem {
    try {
      return call.query("after").map(StreamId::parse);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid", "after is no StreamID: " + e.getMessage());
    }
  }

  private static Ipld json(StreamState state) {
    Ipld.Map content = state.document().content() instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
    return Ipld.map(
        "id", Ipld.of(state.id().toString()),
        "name", Route.text(content.text("name")),
        "description", Route.text(content.text("description")),
        "interface", Ipld.of(Ipld.TRUE.equals(content.entries().get("interface"))),
        "implements", content.get("implements").orElse(Ipld.list()),
        "relations", relations(content));
  }

  /** Fields that name a document, with its model where only one will do: {@code {field: model}}. */
  private static Ipld relations(Ipld.Map content) {
    Ipld.Map.Builder found = Ipld.Map.builder();
    if (content.entries().get("relations") instanceof Ipld.Map relations) {
      for (Map.Entry<String, Ipld> relation : relations.entries().entrySet()) {
        if (relation.getValue() instanceof Ipld.Map to
            && to.text("type").filter("document"::equals).isPresent()) {
          found.put(relation.getKey(), Route.text(to.text("model")));
        }
      }
    }
    return found.build();
  }
}
