package org.kiln.http.v0;

import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/** The JSON object a client sent, with answers to what is missing in it. */
final class JsonBody {
  private static final String JSON = "application/json";

  private final Ipld.Map members;

  private JsonBody(Ipld.Map members) {
    this.members = members;
  }

  /**
   * Reads the body of a request; no body is an empty object.
   *
   * @throws HttpProblem 415 when it is labelled as something else than JSON
   * @throws CodecException when it is no JSON object
   */
  static JsonBody of(HttpCall call) throws HttpProblem, CodecException {
    byte[] bytes = call.body();
    if (bytes.length == 0) {
      return new JsonBody(Ipld.Map.EMPTY);
    }
    String type = call.header("Content-Type").orElse("");
    if (!type.regionMatches(true, 0, JSON, 0, JSON.length())) {
      throw new HttpProblem(415, "not-json", "The request body must have Content-Type " + JSON);
    }
    return parse(bytes);
  }

  static JsonBody parse(byte[] bytes) throws CodecException {
    return new JsonBody(Json.parseMap(bytes));
  }

  /** A member that is not null. */
  Optional<Ipld> member(String name) {
    return members.get(name).filter(value -> !(value instanceof Ipld.Null));
  }

  /** A member that is an object; anything else counts as absent. */
  Optional<Ipld.Map> object(String name) {
    return members.entries().get(name) instanceof Ipld.Map map
        ? Optional.of(map)
        : Optional.empty();
  }

  /** A member that is text; anything else counts as absent. */
  Optional<String> text(String name) {
    return members.text(name);
  }

  /** The {@code opts} member; empty when there is none. */
  Ipld.Map options() {
    return object("opts").orElse(Ipld.Map.EMPTY);
  }
}
