package org.kiln.inspect;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.did.DidException;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.DagJson;
import org.kiln.ipld.Jose;
import org.kiln.ipld.Json;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.CommitJson;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.EventDecoder.Blocks;

/** Finds out what a text or some bytes are, and tells what is in them. */
final class InputDecoder {
  private static final int MAX_SHOWN = 80;

  private final Accounts accounts;
  private final Events events;

  InputDecoder(Accounts accounts) {
    this.accounts = accounts;
    this.events = new Events(accounts);
  }

  /** A text: an identifier, a DID, JSON of an event, a JWS, or bytes in some base. */
  Ipld.Map ofText(String given) throws RefusedException, CodecException {
    String text = given.strip();
    if (text.isEmpty()) {
      throw new RefusedException("Nothing was given");
    }
    if (text.startsWith("did:")) {
      return did(text);
    }
    if (text.startsWith("{")) {
      return commit(Json.parseMap(text.getBytes(StandardCharsets.UTF_8)));
    }
    if (text.indexOf('.') > 0 && text.startsWith("ey")) {
      return compact(Jws.parseCompact(text));
    }
    Optional<Ipld.Map> identifier = identifier(text);
    if (identifier.isPresent()) {
      return identifier.get();
    }
    List<byte[]> readings = readings(text);
    for (byte[] bytes : readings) {
      Optional<Ipld.Map> found = known(bytes);
      if (found.isPresent()) {
        return found.get();
      }
    }
    if (readings.isEmpty()) {
      throw new RefusedException("Neither an identifier nor bytes in a known base: " + shown(text));
    }
    return block(readings.get(0));
  }

  /** Bytes: those of an identifier, a CAR, or a block of unknown codec. */
  Ipld.Map ofBytes(byte[] bytes) throws RefusedException, CodecException {
    Optional<Ipld.Map> found = known(bytes);
    return found.isPresent() ? found.get() : block(bytes);
  }

  /** Bytes of a codec that is named. */
  Ipld.Map ofCodec(String codec, byte[] bytes) throws RefusedException, CodecException {
    return switch (codec) {
      case "dag-cbor" -> cbor(bytes);
      case "dag-jose" -> jose(bytes);
      case "dag-json" -> Ipld.map("kind", Ipld.of("DAG-JSON"), "content", DagJson.parse(bytes));
      case "json" -> Ipld.map("kind", Ipld.of("JSON"), "content", Json.parse(bytes));
      case "car" -> car(Car.read(bytes));
      case "raw" ->
          Ipld.map(
              "kind", Ipld.of("raw block"),
              "cid", Ipld.of(Cid.sha256(Cid.RAW, bytes).toString()),
              "content", Identifiers.hex(bytes));
      default ->
          throw new RefusedException(
              "Unknown codec "
                  + codec
                  + "; known are dag-cbor, dag-jose, dag-json, json, car and raw");
    };
  }

  /** The bytes a text may stand for: hexadecimal, multibase, base64 of either alphabet. */
  static List<byte[]> readings(String text) {
    List<byte[]> readings = new ArrayList<>(3);
    if (text.length() % 2 == 0) {
      add(readings, () -> HexFormat.of().parseHex(text));
    }
    add(readings, () -> Multibase.decode(text));
    String body = text.replaceAll("=+$", "");
    add(readings, () -> Multibase.BASE64.decodeBody(body));
    add(readings, () -> Multibase.BASE64URL.decodeBody(body));
    return readings;
  }

  /** The text in a file, empty when it holds bytes. */
  static Optional<String> text(byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      boolean plain = text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t');
      return plain ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static void add(List<byte[]> readings, java.util.function.Supplier<byte[]> reading) {
    try {
      readings.add(reading.get());
    } catch (IllegalArgumentException otherBase) {
      return;
    }
  }

  private static Optional<Ipld.Map> identifier(String text) {
    try {
      return Optional.of(Identifiers.describe(StreamRef.parse(text)));
    } catch (IllegalArgumentException noStream) {
      // It may be one of the others.
    }
    try {
      return Optional.of(Identifiers.describe(Cid.parse(text)));
    } catch (IllegalArgumentException noCid) {
      return Optional.empty();
    }
  }

  private Optional<Ipld.Map> known(byte[] bytes) throws CodecException {
    Optional<EventId> eventId = EventId.tryOf(bytes);
    if (eventId.isPresent()) {
      return eventId.map(Identifiers::describe);
    }
    try {
      return Optional.of(Identifiers.describe(StreamRef.of(bytes)));
    } catch (IllegalArgumentException noStream) {
      // It may be one of the others.
    }
    try {
      return Optional.of(Identifiers.describe(Cid.of(bytes)));
    } catch (IllegalArgumentException noCid) {
      // It may be one of the others.
    }
    return looksLikeCar(bytes) ? Optional.of(car(Car.read(bytes))) : Optional.empty();
  }

  /** A CAR begins with the length of its header, whose first key is {@code roots}. */
  private static boolean looksLikeCar(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 12), StandardCharsets.ISO_8859_1);
    return head.indexOf("eroots") > 0;
  }

  private Ipld.Map block(byte[] bytes) throws CodecException {
    Ipld content = DagCbor.decode(bytes);
    return content instanceof Ipld.Map map && map.get("signatures").isPresent()
        ? jose(bytes)
        : cbor(bytes);
  }

  private Ipld.Map cbor(byte[] bytes) throws CodecException {
    Block block = Block.of(Cid.DAG_CBOR, bytes);
    Ipld content = DagCbor.decode(bytes);
    Ipld.Map.Builder out =
        Ipld.Map.builder()
            .with("kind", Ipld.of("DAG-CBOR block"))
            .with("cid", Ipld.of(block.cid().toString()))
            .with("size", Ipld.of(bytes.length))
            .with("canonical", Ipld.of(DagCbor.isCanonical(bytes)))
            .with("content", content);
    boolean event =
        content instanceof Ipld.Map map
            && (map.get("header").isPresent() || map.get("prev").isPresent());
    if (event) {
      event(block.cid(), Map.of(block.cid(), block)).ifPresent(own -> out.put("event", own));
    }
    return out.build();
  }

  private static Ipld.Map jose(byte[] bytes) throws CodecException {
    Jose jose = DagJose.read(bytes);
    Ipld.Map.Builder out =
        Ipld.Map.builder()
            .with("kind", Ipld.of("DAG-JOSE block"))
            .with("cid", Ipld.of(Cid.sha256(Cid.DAG_JOSE, bytes).toString()))
            .with("size", Ipld.of(bytes.length))
            .with("canonical", Ipld.of(DagCbor.isCanonical(bytes)))
            .with("content", jose.toJson());
    if (jose instanceof Jose.Signed signed && signed.signatures().size() == 1) {
      Jws jws = Jose.single(signed);
      out.put("protected", Json.parse(jws.protectedHeader()));
    }
    return out.build();
  }

  private Ipld.Map car(Car car) throws CodecException {
    Ipld.Map.Builder blocks = Ipld.Map.builder();
    Map<Cid, Block> byCid = new HashMap<>();
    for (Block block : car.blocks()) {
      byCid.put(block.cid(), block);
      blocks.put(block.cid().toString(), Ipld.of(block.size() + " bytes"));
    }
    Ipld.Map.Builder out =
        Ipld.Map.builder()
            .with("kind", Ipld.of("CAR"))
            .with("roots", texts(car.roots()))
            .with("blocks", blocks.build());
    if (!car.roots().isEmpty() && byCid.containsKey(car.roots().get(0))) {
      event(car.roots().get(0), byCid).ifPresent(own -> out.put("event", own));
    }
    return out.build();
  }

  private Optional<Ipld.Map> event(Cid root, Map<Cid, Block> blocks) {
    try {
      DecodedEvent event = EventDecoder.decode(root, Blocks.of(blocks));
      return Optional.of(events.describe(event));
    } catch (CodecException e) {
      return Optional.of(Ipld.map("error", Ipld.of(e.getMessage())));
    }
  }

  private Ipld.Map commit(Ipld.Map json) throws CodecException {
    CommitJson.Parsed parsed = CommitJson.read(json);
    return events.describe(EventDecoder.decode(parsed.root(), Blocks.of(parsed.blocks())));
  }

  private Ipld.Map compact(Jws jws) throws CodecException {
    String verdict;
    try {
      verdict = "verified: " + accounts.verifier().verify(jws, Deadline.NONE).kid();
    } catch (UnverifiedException | DependencyMissingException e) {
      verdict = "refused: " + e.getMessage();
    }
    return Ipld.map(
        "kind", Ipld.of("JWS"),
        "protected", Json.parse(jws.protectedHeader()),
        "payload", payload(jws.payload()),
        "verdict", Ipld.of(verdict));
  }

  private static Ipld payload(byte[] bytes) {
    try {
      return Json.parse(bytes);
    } catch (CodecException noJson) {
      return Identifiers.hex(bytes);
    }
  }

  private Ipld.Map did(String text) throws RefusedException {
    try {
      return Ipld.map("kind", Ipld.of("DID"), "didDocument", accounts.document(text));
    } catch (DidException | ExtensionMissingException | IllegalArgumentException e) {
      throw new RefusedException(e.getMessage());
    }
  }

  private static Ipld texts(List<Cid> cids) {
    return new Ipld.List(cids.stream().<Ipld>map(cid -> Ipld.of(cid.toString())).toList());
  }

  private static String shown(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }
}
