package org.kiln.http.v0;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.index.CollectionService;
import org.kiln.core.index.CollectionService.Wanted;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.Json;

/** {@code /admin/modelData} and its older form {@code /admin/models}: what is indexed. */
final class ModelRoutes {
  private static final String MODEL_DATA = "/api/v0/admin/modelData";
  private static final String MODELS = "/api/v0/admin/models";

  /** As js-ceramic answers on the older form. */
  private static final Map<String, String> DEPRECATED =
      Map.of("Deprecation", "Thu, 29 Jun 2023 23:59:59 GMT");

  private static final Ipld SUCCESS = Ipld.map("result", Ipld.of("success"));

  private final AdminGate gate;
  private final CollectionService collections;

  ModelRoutes(AdminGate gate, CollectionService collections) {
    this.gate = gate;
    this.collections = collections;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/admin/modelData", this::list),
        Endpoint.post("/admin/modelData", this::index),
        new Endpoint("/admin/modelData", this::stop, "DELETE"),
        Endpoint.get("/admin/models", this::listIds),
        Endpoint.post("/admin/models", this::indexIds),
        new Endpoint("/admin/models", this::stopIds, "DELETE"));
  }

  private HttpReply list(HttpCall call) throws HttpProblem, StreamException {
    gate.header(call, MODEL_DATA);
    List<Ipld> data = new ArrayList<>();
    for (IndexedModel model : collections.models()) {
      data.add(
          Ipld.map(
              "streamID", Ipld.of(model.id().toString()), "indices", indices(model.indices())));
    }
    return json(Ipld.map("modelData", new Ipld.List(data)));
  }

  private HttpReply listIds(HttpCall call) throws HttpProblem, StreamException {
    gate.header(call, MODELS);
    List<Ipld> ids = new ArrayList<>();
    for (IndexedModel model : collections.models()) {
      ids.add(Ipld.of(model.id().toString()));
    }
    return deprecated(Ipld.map("models", new Ipld.List(ids)));
  }

  private HttpReply index(HttpCall call) throws HttpProblem, StreamException, CodecException {
    collections.index(data(gate.body(call, MODEL_DATA, ModelRoutes::checkData)), call.deadline());
    return json(SUCCESS);
  }

  private HttpReply indexIds(HttpCall call) throws HttpProblem, StreamException, CodecException {
    List<Wanted> wanted = new ArrayList<>();
    for (StreamId id : ids(gate.body(call, MODELS, ModelRoutes::checkIds))) {
      wanted.add(new Wanted(id, List.of()));
    }
    collections.index(wanted, call.deadline());
    return deprecated(SUCCESS);
  }

  private HttpReply stop(HttpCall call) throws HttpProblem, StreamException, CodecException {
    List<Wanted> named = data(gate.body(call, MODEL_DATA, ModelRoutes::checkData));
    collections.stop(named.stream().map(Wanted::model).toList());
    return json(SUCCESS);
  }

  private HttpReply stopIds(HttpCall call) throws HttpProblem, StreamException, CodecException {
    collections.stop(ids(gate.body(call, MODELS, ModelRoutes::checkIds)));
    return deprecated(SUCCESS);
  }

  private static void checkData(Ipld.Map payload) throws HttpProblem {
    if (members(payload, "modelData").isEmpty()) {
      throw Problems.invalid(
          "Expected modelData to be present and contain at least one ModelData element, e.g. '{"
              + " streamID: <id>}': "
              + new String(Json.write(payload), StandardCharsets.UTF_8));
    }
  }

  private static void checkIds(Ipld.Map payload) throws HttpProblem {
    if (members(payload, "models").isEmpty()) {
      throw Problems.invalid(
          "Expected models to be present and contain at least one StreamID: : "
              + new String(Json.write(payload), StandardCharsets.UTF_8));
    }
  }

  private static List<Ipld> members(Ipld.Map payload, String name) {
    return payload.entries().get("requestBody") instanceof Ipld.Map body
            && body.entries().get(name) instanceof Ipld.List list
        ? list.items()
        : List.of();
  }

  private static List<Wanted> data(Ipld.Map request) throws HttpProblem {
    List<Wanted> wanted = new ArrayList<>();
    for (Ipld item : ((Ipld.List) request.entries().get("modelData")).items()) {
      Ipld.Map data = item instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
      StreamId model = Ids.stream(data.text("streamID").orElse(""));
      wanted.add(new Wanted(model, indices(data)));
    }
    return wanted;
  }

  private static List<StreamId> ids(Ipld.Map request) throws HttpProblem {
    List<StreamId> ids = new ArrayList<>();
    for (Ipld item : ((Ipld.List) request.entries().get("models")).items()) {
      ids.add(Ids.stream(item instanceof Ipld.Text text ? text.value() : ""));
    }
    return ids;
  }

  private static List<FieldIndex> indices(Ipld.Map data) throws HttpProblem {
    List<FieldIndex> indices = new ArrayList<>();
    if (data.entries().get("indices") instanceof Ipld.List list) {
      for (Ipld index : list.items()) {
        List<List<String>> fields = new ArrayList<>();
        for (Ipld field : list(index, "fields")) {
          List<String> path = new ArrayList<>();
          for (Ipld name : list(field, "path")) {
            if (!(name instanceof Ipld.Text text)) {
              throw Problems.invalid("The path of an index is not a list of names");
            }
            path.add(text.value());
          }
          fields.add(path);
        }
        indices.add(new FieldIndex(fields));
      }
    }
    return indices;
  }

  private static List<Ipld> list(Ipld value, String name) throws HttpProblem {
    if (value instanceof Ipld.Map map
        && map.entries().get(name) instanceof Ipld.List list
        && !list.items().isEmpty()) {
      return list.items();
    }
    throw Problems.invalid(
        "An index is not of the form {\"fields\": [{\"path\": [\"name\"]}]}: "
            + name
            + " is missing");
  }

  private static Ipld indices(List<FieldIndex> indices) {
    List<Ipld> all = new ArrayList<>();
    for (FieldIndex index : indices) {
      List<Ipld> fields = new ArrayList<>();
      for (List<String> path : index.fields()) {
        List<Ipld> names = path.stream().<Ipld>map(Ipld::of).toList();
        fields.add(Ipld.map("path", new Ipld.List(names)));
      }
      all.add(Ipld.map("fields", new Ipld.List(fields)));
    }
    return new Ipld.List(all);
  }

  private static HttpReply json(Ipld value) {
    return HttpReply.json(Json.write(value));
  }

  private static HttpReply deprecated(Ipld value) {
    return HttpReply.json(Json.write(value)).withHeaders(DEPRECATED);
  }
}
