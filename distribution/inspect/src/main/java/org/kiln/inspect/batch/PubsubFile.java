package org.kiln.inspect.batch;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.Json;

/** {@code pubsub}: the messages by which nodes tell and ask each other's tips. */
final class PubsubFile implements VectorFile {

  @Override
  public Ipld.Map answer(Inputs inputs) throws RefusedException, CodecException {
    if (inputs.has("text")) {
      byte[] text = inputs.text("text").getBytes(StandardCharsets.UTF_8);
      return Ipld.map("ok", Ipld.TRUE, "decoded", decode(Json.parseMap(text)));
    }
    byte[] text = Json.write(plain(inputs.object("message")));
    return Ipld.map(
        "ok", Ipld.TRUE,
        "text", Ipld.of(new String(text, StandardCharsets.UTF_8)),
        "bytesHex", Answers.hex(text),
        "decoded", decode(Json.parseMap(text)));
  }

  /** On the wire a tip is text. */
  private static Ipld.Map plain(Ipld.Map message) {
    Ipld.Map.Builder out = Ipld.Map.builder();
    message
        .entries()
        .forEach(
            (name, value) ->
                out.put(name, value instanceof Ipld.Link link ? Answers.text(link.cid()) : value));
    return out.build();
  }

  private static Ipld.Map decode(Ipld.Map message) throws RefusedException {
    if (!(message.entries().get("typ") instanceof Ipld.Int type)) {
      throw new RefusedException("typ is not a number");
    }
    Ipld.Map.Builder out = Ipld.Map.builder();
    message.entries().forEach(out::put);
    switch (type.value().intValue()) {
      case 0 -> {
        out.put("stream", stream(message, "stream"));
        out.put("tip", Ipld.of(Cid.parse(text(message, "tip"))));
        if (message.get("model").isPresent()) {
          out.put("model", stream(message, "model"));
        }
      }
      case 1 -> {
        text(message, "id");
        out.put("stream", stream(message, "stream"));
      }
      case 2 -> {
        text(message, "id");
        out.put("tips", tips(message));
      }
      case 3 -> text(message, "ver");
      default -> throw new RefusedException("Unknown typ " + type.value());
    }
    return out.build();
  }

  private static Ipld tips(Ipld.Map message) throws RefusedException {
    Ipld.Map.Builder tips = Ipld.Map.builder();
    switch (message.get("tips").orElse(Ipld.NULL)) {
      case Ipld.Map map -> {
        for (Map.Entry<String, Ipld> tip : map.entries().entrySet()) {
          if (!(tip.getValue() instanceof Ipld.Text text)) {
            throw new RefusedException("A tip is not text");
          }
          tips.put(StreamId.parse(tip.getKey()).toString(), Answers.text(Cid.parse(text.value())));
        }
      }
      // The JavaScript reader walks the keys of whatever object it finds; an empty list has none.
      case Ipld.List list when list.items().isEmpty() -> {
        return tips.build();
      }
      default -> throw new RefusedException("tips is not an object");
    }
    return tips.build();
  }

  private static Ipld stream(Ipld.Map message, String name) throws RefusedException {
    return Answers.text(StreamId.parse(text(message, name)));
  }

  private static String text(Ipld.Map message, String name) throws RefusedException {
    return message
        .text(name)
        .orElseThrow(() -> new RefusedException(name + " is missing or not text"));
  }
}
