package org.kiln.http.one;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/**
 * The JSON object of a request, whatever its content type says; members nobody knows are passed
 * over and named in a header of the answer.
 */
final class Body {
  static final Charset TEXT = StandardCharsets.UTF_8;

  private static final int MOST_NAMED = 20;

  private final String parameter;
  private final Ipld.Map members;
  private final List<String> unknown = new ArrayList<>();

  private Body(String parameter, Ipld.Map members, Set<String> known) {
    this.parameter = parameter;
    this.members = members;
    for (String name : members.entries().keySet()) {
      if (!known.contains(name) && unknown.size() < MOST_NAMED) {
        unknown.add(name);
      }
    }
  }

  /**
   * Reads it.
   *
   * @param parameter what ceramic-one calls it
   */
  static Body of(HttpCall call, String parameter, Set<String> known) throws HttpProblem, Refusal {
    return parse(call.body(), parameter, known);
  }

  static Body parse(byte[] bytes, String parameter, Set<String> known) throws Refusal {
    if (bytes.length == 0) {
      throw missing(parameter);
    }
    Ipld value;
    try {
      value = Json.parse(bytes);
    } catch (CodecException e) {
      throw mismatch(parameter, e.getMessage());
    }
    return switch (value) {
      case Ipld.Null nothing -> throw missing(parameter);
      case Ipld.Map map -> new Body(parameter, map, known);
      default -> throw mismatch(parameter, "expected an object");
    };
  }

  private static Refusal missing(String parameter) {
    return Refusal.unparsable("Missing required body parameter " + parameter);
  }

  private static Refusal mismatch(String parameter, String reason) {
    return Refusal.unparsable(
        "Couldn't parse body parameter " + parameter + " - doesn't match schema: " + reason);
  }

  String text(String name) throws Refusal {
    Ipld value = members.entries().get(name);
    if (value == null) {
      throw mismatch(parameter, "missing field `" + name + "`");
    }
    return members
        .text(name)
        .orElseThrow(() -> mismatch(parameter, "field `" + name + "` is not a string"));
  }

  /** Absent when it is null. */
  Optional<String> optionalText(String name) throws Refusal {
    Ipld value = members.entries().getOrDefault(name, Ipld.NULL);
    return value instanceof Ipld.Null ? Optional.empty() : Optional.of(text(name));
  }

  /** The answer, with what was passed over. */
  HttpReply answered(HttpReply reply) {
    if (unknown.isEmpty()) {
      return reply;
    }
    List<String> names = new ArrayList<>();
    for (String name : unknown) {
      // What a header may hold, and a reader of it can tell apart.
      names.add("\"?." + name.replaceAll("[^\\x21\\x23-\\x5b\\x5d-\\x7e]", "?") + "\"");
    }
    return reply.with(
        "warning", "Ignoring unknown fields in body: [" + String.join(", ", names) + "]");
  }
}
