package org.kiln.sync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.Json;

/** What nodes say to each other of tips: UTF-8 JSON, as js-ceramic writes it. */
sealed interface TipMessage {
  /** The most tips one answer may name. */
  int MAX_TIPS = 64;

  /** A stream has a new tip. */
  record Update(StreamId stream, Cid tip, Optional<StreamId> model) implements TipMessage {}

  /**
   * Asks for the tip of a stream.
   *
   * @param id comes back in answers
   */
  record Query(String id, StreamId stream) implements TipMessage {
    /** With the id that every node derives for that stream. */
    static Query of(StreamId stream) {
      byte[] asked =
          DagCbor.encode(Ipld.map("typ", Ipld.of(1), "stream", Ipld.of(stream.toString())));
      byte[] multihash = new byte[34];
      multihash[0] = 0x12;
      multihash[1] = 0x20;
      System.arraycopy(sha256(asked), 0, multihash, 2, 32);
      return new Query(Multibase.BASE64URL.encodeBody(multihash), stream);
    }
  }

  /** Tips, as asked for. */
  record Response(String id, Map<StreamId, Cid> tips) implements TipMessage {
    /** Copies the map, in order. */
    public Response {
      tips = Collections.unmodifiableMap(new LinkedHashMap<>(tips));
    }
  }

  /** Somebody is there. */
  record Keepalive(long timeMs, String version, String ipfsVersion) implements TipMessage {}

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The bytes that go out. */
  default byte[] encode() {
    return switch (this) {
      case Update update -> {
        Ipld.Map.Builder out =
            Ipld.Map.builder()
                .with("typ", Ipld.of(0))
                .with("stream", Ipld.of(update.stream.toString()))
                .with("tip", Ipld.of(update.tip.toString()));
        update.model.ifPresent(model -> out.with("model", Ipld.of(model.toString())));
        yield Json.write(out.build());
      }
      case Query query ->
          Json.write(
              Ipld.map(
                  "typ", Ipld.of(1),
                  "stream", Ipld.of(query.stream.toString()),
                  "id", Ipld.of(query.id)));
      case Response response -> {
        Ipld.Map.Builder tips = Ipld.Map.builder();
        response.tips.forEach((stream, tip) -> tips.with(stream.toString(), text(tip)));
        yield Json.write(
            Ipld.map("typ", Ipld.of(2), "id", Ipld.of(response.id), "tips", tips.build()));
      }
      case Keepalive alive ->
          Json.write(
              Ipld.map(
                  "typ", Ipld.of(3),
                  "ts", Ipld.of(alive.timeMs),
                  "ver", Ipld.of(alive.version),
                  "ipfsVer", Ipld.of(alive.ipfsVersion)));
    };
  }

  private static Ipld text(Cid tip) {
    return Ipld.of(tip.toString());
  }

  /**
   * Reads a message; members nobody knows are passed over.
   *
   * @throws CodecException when it is none
   */
  static TipMessage decode(byte[] text) throws CodecException {
    Ipld.Map map = Json.parseMap(text);
    if (!(map.get("typ").orElse(Ipld.NULL) instanceof Ipld.Int typ)
        || typ.value().bitLength() > 31) {
      throw new CodecException("A message about tips without a type");
    }
    return switch (typ.value().intValue()) {
      case 0 ->
          new Update(
              stream(map, "stream"),
              cid(word(map, "tip")),
              map.get("model").isEmpty() ? Optional.empty() : Optional.of(stream(map, "model")));
      case 1 -> new Query(id(map), stream(map, "stream"));
      case 2 -> new Response(id(map), tips(map));
      case 3 -> keepalive(map);
      default -> throw new CodecException("A message about tips of type " + typ.value());
    };
  }

  private static Keepalive keepalive(Ipld.Map map) throws CodecException {
    if (map.get("ts").orElse(Ipld.NULL) instanceof Ipld.Int time && time.value().bitLength() < 63) {
      return new Keepalive(time.value().longValue(), word(map, "ver"), word(map, "ipfsVer"));
    }
    throw new CodecException("A keepalive without a time");
  }

  private static Map<StreamId, Cid> tips(Ipld.Map map) throws CodecException {
    Map<StreamId, Cid> tips = new LinkedHashMap<>();
    // JavaScript takes an empty list for an object without members.
    if (map.get("tips").orElse(Ipld.NULL) instanceof Ipld.List list && list.items().isEmpty()) {
      return tips;
    }
    if (!(map.get("tips").orElse(Ipld.NULL) instanceof Ipld.Map named)) {
      throw new CodecException("An answer without tips");
    }
    if (named.entries().size() > MAX_TIPS) {
      throw new CodecException("An answer with " + named.entries().size() + " tips");
    }
    for (Map.Entry<String, Ipld> entry : named.entries().entrySet()) {
      if (!(entry.getValue() instanceof Ipld.Text tip)) {
        throw new CodecException("An answer with a tip that is no text");
      }
      tips.put(stream(entry.getKey()), cid(tip.value()));
    }
    return tips;
  }

  private static String id(Ipld.Map map) throws CodecException {
    String id = word(map, "id");
    if (id.getBytes(StandardCharsets.UTF_8).length > 256) {
      throw new CodecException("A query whose id has more than 256 bytes");
    }
    return id;
  }

  private static String word(Ipld.Map map, String name) throws CodecException {
    return map.text(name)
        .orElseThrow(() -> new CodecException("A message about tips without " + name));
  }

  private static StreamId stream(Ipld.Map map, String name) throws CodecException {
    return stream(word(map, name));
  }

  private static StreamId stream(String text) throws CodecException {
    try {
      return StreamId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CodecException("A message about tips: " + e.getMessage());
    }
  }

  private static Cid cid(String text) throws CodecException {
    try {
      return Cid.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CodecException("A message about tips: " + e.getMessage());
    }
  }
}
