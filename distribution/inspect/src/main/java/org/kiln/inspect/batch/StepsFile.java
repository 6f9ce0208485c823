package org.kiln.inspect.batch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.inspect.RefusedException;
import org.kiln.inspect.node.InMemoryNode;
import org.kiln.ipld.Json;

/**
 * {@code tile}, {@code model}, {@code mid}, {@code caip10}: requests sent in their order to a node
 * that has seen nothing before. A step is accepted when its event is in the stream's log
 * afterwards, a step without an event when it is answered. The status of a refusal is this node's
 * own 4xx, where js-ceramic answers 500.
 */
final class StepsFile implements VectorFile {

  @Override
  public Ipld.Map answer(Inputs inputs) throws Exception {
    List<Ipld> steps = inputs.list("steps");
    if (steps.isEmpty()) {
      throw new RefusedException("inputs.steps is empty");
    }
    Set<String> taken = new LinkedHashSet<>();
    List<Ipld> verdicts = new ArrayList<>();
    try (InMemoryNode node = new InMemoryNode()) {
      for (Ipld step : steps) {
        if (!(step instanceof Ipld.Map map)) {
          throw new RefusedException("inputs.steps has an item that is not an object");
        }
        verdicts.add(step(node, new Inputs(map), taken));
      }
      Ipld.Map.Builder ends = Ipld.Map.builder();
      for (String stream : taken) {
        ends.put(stream, end(node, stream));
      }
      return Ipld.map("steps", new Ipld.List(verdicts), "final", ends.build());
    }
  }

  private static Ipld.Map step(InMemoryNode node, Inputs step, Set<String> taken)
      throws RefusedException, CodecException {
    byte[] body = step.has("body") ? Json.write(step.get("body")) : new byte[0];
    InMemoryNode.Answer answer = node.send(step.text("method"), step.text("path"), body);
    Ipld.Map reply = Json.parseMap(answer.json());
    boolean answered = answer.status() == 200;
    Optional<String> event = step.optionalText("eventCid");
    boolean accepted = answered && (event.isEmpty() || logHolds(reply, event.get()));
    if (accepted && event.isPresent()) {
      taken.add(step.text("streamId"));
    }
    Ipld.Map verdict = Ipld.map("status", Ipld.of(answer.status()), "accepted", Ipld.of(accepted));
    if (!answered) {
      return verdict.with("error", reply.get("error").orElse(Ipld.NULL));
    }
    if (event.isEmpty() && reply.get("streamId").isPresent()) {
      verdict = verdict.with("streamId", reply.get("streamId").get());
    }
    return verdict.with("state", reply.get("state").orElse(Ipld.NULL));
  }

  private static boolean logHolds(Ipld.Map reply, String event) {
    return reply.get("state").orElse(Ipld.NULL) instanceof Ipld.Map state
        && state.get("log").orElse(Ipld.NULL) instanceof Ipld.List log
        && log.items().stream()
            .anyMatch(
                entry ->
                    entry instanceof Ipld.Map map
                        && map.text("cid").filter(event::equals).isPresent());
  }

  private static Ipld.Map end(InMemoryNode node, String stream)
      throws RefusedException, CodecException {
    return Ipld.map(
        "state", member(node, "/api/v0/streams/" + stream, "state"),
        "commits", member(node, "/api/v0/commits/" + stream, "commits"));
  }

  private static Ipld member(InMemoryNode node, String path, String name)
      throws RefusedException, CodecException {
    Ipld.Map reply = Json.parseMap(node.send("GET", path, new byte[0]).json());
    return reply
        .get(name)
        .orElseThrow(() -> new RefusedException(path + ": " + reply.text("error").orElse("")));
  }
}
