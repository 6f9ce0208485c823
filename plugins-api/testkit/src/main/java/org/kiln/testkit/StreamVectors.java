package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;

/**
 * Replays the golden stream vectors, recorded from a real js-ceramic daemon, on stream types alone.
 * What the daemon refused for reasons that are the node's business (links, hashes, signatures,
 * sizes) is left out; everything else must come out the same, verdict, document and wording.
 */
public final class StreamVectors {
  private static final List<String> NOT_OURS =
      List.of(
          "Can not verify signature",
          "builds on stale state",
          "not found locally",
          "mismatch in content integrity",
          "loading capability",
          "CBOR decode error",
          "exceeds the maximum block size",
          "Invalid genesis CID");

  /** Where js-ceramic fails by accident, or shows its own data structures, we say it our way. */
  private static final List<String> OUR_WORDS =
      List.of(
          "Cannot read properties",
          "Cannot convert undefined",
          "Test operation failed",
          "JSON-Patch:",
          "Invalid value ",
          "Updating metadata");

  private final Map<Integer, StreamType> types;
  private final Decoder decoder;

  /** Turns the blocks of a step into an event. */
  @FunctionalInterface
  public interface Decoder {
    /** Decodes {@code eventHex}, {@code linkedBlockHex} and {@code cacaoBlockHex} of a step. */
    Decoded decode(JsonNode step) throws Exception;
  }

  /**
   * A decoded step.
   *
   * @param event the event
   * @param signers the DIDs that stand behind it: the key's, and the capability's issuer
   */
  public record Decoded(Event event, Set<String> signers) {}

  /** With the types the vectors need. */
  public StreamVectors(Decoder decoder, StreamType... types) {
    this.decoder = decoder;
    this.types = new HashMap<>();
    for (StreamType type : types) {
      this.types.put(type.typeCode(), type);
    }
  }

  /** Replays one case. */
  public void replay(Vectors.Entry entry) throws Exception {
    Map<StreamId, StreamState> states = new HashMap<>();
    JsonNode steps = entry.inputs().get("steps");
    for (int i = 0; i < steps.size(); i++) {
      JsonNode step = steps.get(i);
      JsonNode expected = entry.expected().get("steps").get(i);
      String error = expected.path("jsCeramicError").asText();
      boolean skipped =
          step.get("kind").asText().equals("load")
              || NOT_OURS.stream().anyMatch(error::contains)
              || expected.get("status").asInt() == 200 && !expected.get("accepted").asBoolean();
      if (skipped) {
        continue;
      }
      String where = entry.name() + " step " + i;
      Optional<String> refused = apply(step, expected, states, where);
      assertThat(refused.isEmpty())
          .as(where + ": " + refused + " but js: " + error)
          .isEqualTo(expected.get("accepted").asBoolean());
      if (refused.isPresent() && OUR_WORDS.stream().noneMatch(error::startsWith)) {
        String recorded = error.length() < 400 ? error : error.substring(0, 400);
        assertThat(refused.get()).as(where).startsWith(recorded);
      }
    }
  }

  private Optional<String> apply(
      JsonNode step, JsonNode expected, Map<StreamId, StreamState> states, String where)
      throws Exception {
    StreamId id = StreamId.parse(step.get("streamId").asText());
    StreamType type = types.get(id.type());
    Decoded decoded = decoder.decode(step);
    ApplyContext context = new Context(id, decoded.signers(), states);
    try {
      StreamState before = states.get(id);
      StreamState after =
          switch (decoded.event()) {
            case Event.Init init ->
                SampleStream.created(id.type(), init.cid(), type.init(init, context));
            case Event.Data data when before.log().indexOf(data.cid()) >= 0 -> before;
            case Event.Data data ->
                SampleStream.changed(before, data, type.apply(before, data, context));
            case Event.Time time -> throw new AssertionError("No time events here: " + time);
          };
      states.merge(id, after, (old, now) -> now.log().size() < old.log().size() ? old : now);
      compare(states.get(id).document(), expected.get("state"), where);
      return Optional.empty();
    } catch (InvalidEventException | DependencyMissingException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static void compare(Document document, JsonNode state, String where) {
    assertThat(json(document.content())).as(where + " content").isEqualTo(state.get("content"));
    JsonNode metadata = metadata(document.metadata());
    assertThat(metadata).as(where + " metadata").isEqualTo(state.get("metadata"));
    assertThat(metadata.fieldNames())
        .toIterable()
        .as(where + " order of metadata")
        .containsExactlyElementsOf(() -> state.get("metadata").fieldNames());
    assertThat(document.signature().ordinal()).as(where).isEqualTo(state.get("signature").asInt());
    ObjectNode next = JsonNodeFactory.instance.objectNode();
    document
        .next()
        .ifPresent(
            pending -> {
              pending.content().ifPresent(content -> next.set("content", json(content)));
              pending.metadata().ifPresent(changed -> next.set("metadata", metadata(changed)));
            });
    assertThat(next.isEmpty() ? null : next).as(where + " next").isEqualTo(state.get("next"));
  }

  private static JsonNode metadata(Ipld.Map metadata) {
    ObjectNode node = (ObjectNode) json(metadata);
    for (String key : List.of("model", "context")) {
      if (metadata.entries().get(key) instanceof Ipld.Bytes bytes) {
        node.put(key, StreamId.of(bytes.value()).toString());
      }
    }
    if (metadata.entries().get("unique") instanceof Ipld.Bytes bytes) {
      node.put("unique", Base64.getEncoder().withoutPadding().encodeToString(bytes.value()));
    }
    return node;
  }

  private static JsonNode json(Ipld value) {
    JsonNodeFactory factory = JsonNodeFactory.instance;
    return switch (value) {
      case Ipld.Null ignored -> factory.nullNode();
      case Ipld.Bool bool -> factory.booleanNode(bool.value());
      case Ipld.Int number -> factory.numberNode(number.value());
      case Ipld.Float64 number when number.value() % 1 == 0 ->
          factory.numberNode(new BigDecimal(number.value()).toBigInteger());
      case Ipld.Float64 number -> factory.numberNode(number.value());
      case Ipld.Text text -> factory.textNode(text.value());
      case Ipld.Bytes bytes -> factory.binaryNode(bytes.value());
      case Ipld.Link link -> factory.textNode(link.cid().toString());
      case Ipld.List list -> {
        ArrayNode node = factory.arrayNode();
        list.items().forEach(item -> node.add(json(item)));
        yield node;
      }
      case Ipld.Map map -> {
        ObjectNode node = factory.objectNode();
        map.entries().forEach((key, member) -> node.set(key, json(member)));
        yield node;
      }
    };
  }

  /** The node, as far as a stream type sees it. */
  private record Context(StreamId stream, Set<String> signers, Map<StreamId, StreamState> states)
      implements ApplyContext {

    @Override
    public void requireController(String controller, Optional<StreamId> model)
        throws InvalidEventException {
      if (!signers.contains(controller)) {
        throw new InvalidEventException("Not signed by " + controller + " but by " + signers);
      }
    }

    @Override
    public StreamState load(StreamId wanted) throws DependencyMissingException {
      StreamState state = states.get(wanted);
      if (state == null) {
        throw new DependencyMissingException(
            Dependency.stream(wanted), "Stream " + wanted + " unknown");
      }
      return state;
    }

    @Override
    public StreamState load(CommitId commit) throws DependencyMissingException {
      return load(commit.stream());
    }

    @Override
    public Optional<Instant> anchoredAt() {
      return Optional.empty();
    }

    @Override
    public boolean local() {
      return true;
    }

    @Override
    public Deadline deadline() {
      return Deadline.NONE;
    }
  }
}
