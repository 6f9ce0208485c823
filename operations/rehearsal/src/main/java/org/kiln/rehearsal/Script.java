package org.kiln.rehearsal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Json;
import org.kiln.ipld.Jws;

/**
 * What is played in a rehearsal: sessions of a client that writes a tile and a document, changes
 * both, and reads them. Events are composed here; only their signatures are recorded, made with a
 * key that is public (see {@code ScriptTest}). Thread-safe.
 */
final class Script {
  /** The recorded signatures are enough for that many sessions. */
  static final int SESSIONS = 400;

  /** Whose signatures they are: did:key of the Ed25519 key with the seed 0x4b, 32 times. */
  static final String DID = "did:key:z6MknyZhxYKizGbyKw4ZhfNgock231itYRvj3xcyCT6Pqj6A";

  private static final String STREAMS = "/api/v0/streams";
  private static final String COMMITS = "/api/v0/commits";
  private static final int SIGNATURE_BYTES = 64;
  private static final int EVENTS_IN_SESSION = 4;
  private static final int TILE = 0;
  private static final int DOCUMENT = 3;
  private static final String OPTIONS =
      "\"opts\":{\"anchor\":false,\"publish\":false,\"pin\":true,\"sync\":0}}";
  private static final byte[] PROTECTED =
      ("{\"alg\":\"EdDSA\",\"kid\":\"" + DID + "#" + DID.substring("did:key:".length()) + "\"}")
          .getBytes(StandardCharsets.UTF_8);

  private final byte[] signatures;
  private final byte[] modelRequest;
  private final StreamId model;

  Script() {
    this(resource("signatures"));
  }

  /** With those signatures in place of the recorded ones; missing ones are left zero. */
  Script(byte[] signatures) {
    this.signatures = Arrays.copyOf(signatures, SESSIONS * EVENTS_IN_SESSION * SIGNATURE_BYTES);
    this.modelRequest = resource("model.json");
    this.model = modelId(modelRequest);
  }

  /** An event, and as it stands in a request. */
  private record Event(Block envelope, String json) {}

  /** What comes before the sessions: the model of their documents. */
  Request prelude() {
    return Request.post(STREAMS, new String(modelRequest, StandardCharsets.UTF_8));
  }

  /** The requests of one session, 0 to {@link #SESSIONS} - 1, in their order. */
  List<Request> session(int number) {
    Event tile = sign(number * EVENTS_IN_SESSION, tile(number));
    Event tileUpdate = sign(number * EVENTS_IN_SESSION + 1, update(tile, number));
    Event document = sign(number * EVENTS_IN_SESSION + 2, document(number));
    Event documentUpdate = sign(number * EVENTS_IN_SESSION + 3, update(document, number));
    String tileId = StreamId.of(TILE, tile.envelope().cid()).toString();
    String documentId = StreamId.of(DOCUMENT, document.envelope().cid()).toString();
    List<Request> requests = new ArrayList<>();
    requests.add(create(TILE, tile));
    requests.add(Request.get(STREAMS + "/" + tileId));
    requests.add(change(tileId, tileUpdate));
    requests.add(create(DOCUMENT, document));
    requests.add(change(documentId, documentUpdate));
    requests.add(Request.get(STREAMS + "/" + documentId));
    requests.add(Request.get(COMMITS + "/" + tileId));
    requests.add(
        Request.post(
            "/api/v0/multiqueries",
            "{\"queries\":[{\"streamId\":\""
                + tileId
                + "\"},{\"streamId\":\""
                + documentId
                + "\",\"opts\":{\"sync\":2}}]}"));
    return requests;
  }

  /** What the signature with that number is for. */
  byte[] signingInput(int number) {
    int session = number / EVENTS_IN_SESSION;
    Event tile = sign(session * EVENTS_IN_SESSION, tile(session));
    Event document = sign(session * EVENTS_IN_SESSION + 2, document(session));
    Ipld payload =
        switch (number % EVENTS_IN_SESSION) {
          case 0 -> tile(session);
          case 1 -> update(tile, session);
          case 2 -> document(session);
          default -> update(document, session);
        };
    return jws(number, payloadBlock(payload)).signingInput();
  }

  private static Ipld.Map tile(int number) {
    return Ipld.map(
        "header",
        Ipld.map("controllers", Ipld.list(Ipld.of(DID)), "unique", Ipld.of("tile " + number)),
        "data",
        content(number));
  }

  private Ipld.Map document(int number) {
    return Ipld.map(
        "header",
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of(DID)),
            "model",
            Ipld.Bytes.wrap(model.bytes()),
            "sep",
            Ipld.of("model"),
            "unique",
            Ipld.Bytes.wrap(("doc" + number).getBytes(StandardCharsets.UTF_8))),
        "data",
        content(number));
  }

  private static Ipld.Map content(int number) {
    return Ipld.map(
        "n",
        Ipld.of(number),
        "text",
        Ipld.of("Session " + number),
        "tags",
        Ipld.list(Ipld.of("first"), Ipld.of("second")));
  }

  private static Ipld.Map update(Event first, int number) {
    Ipld.Link link = Ipld.of(first.envelope().cid());
    return Ipld.map(
        "id",
        link,
        "prev",
        link,
        "header",
        Ipld.Map.EMPTY,
        "data",
        Ipld.list(
            Ipld.map("op", Ipld.of("replace"), "path", Ipld.of("/n"), "value", Ipld.of(number + 1)),
            Ipld.map(
                "op",
                Ipld.of("replace"),
                "path",
                Ipld.of("/text"),
                "value",
                Ipld.of("Changed " + number))));
  }

  private static Block payloadBlock(Ipld payload) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(payload));
  }

  private Jws jws(int number, Block payload) {
    byte[] signature =
        Arrays.copyOfRange(signatures, number * SIGNATURE_BYTES, (number + 1) * SIGNATURE_BYTES);
    return new Jws(payload.cid().bytes(), PROTECTED, signature);
  }

  private Event sign(int number, Ipld content) {
    Block payload = payloadBlock(content);
    Jws jws = jws(number, payload);
    Block envelope = Block.of(Cid.DAG_JOSE, DagJose.encode(jws));
    Base64.Encoder base64url = Base64.getUrlEncoder().withoutPadding();
    String text =
        "{\"jws\":{\"payload\":\""
            + base64url.encodeToString(jws.payload())
            + "\",\"signatures\":[{\"protected\":\""
            + base64url.encodeToString(jws.protectedHeader())
            + "\",\"signature\":\""
            + base64url.encodeToString(jws.signature())
            + "\"}],\"link\":\""
            + payload.cid()
            + "\"},\"linkedBlock\":\""
            + Base64.getEncoder().encodeToString(payload.data())
            + "\"}";
    return new Event(envelope, text);
  }

  private static Request create(int type, Event event) {
    return Request.post(
        STREAMS, "{\"type\":" + type + ",\"genesis\":" + event.json() + "," + OPTIONS);
  }

  private static Request change(String stream, Event event) {
    return Request.post(
        COMMITS, "{\"streamId\":\"" + stream + "\",\"commit\":" + event.json() + "," + OPTIONS);
  }

  private static StreamId modelId(byte[] request) {
    try {
      Ipld.Map genesis = (Ipld.Map) ((Ipld.Map) Json.parse(request)).get("genesis").orElseThrow();
      Ipld.Map jws = (Ipld.Map) genesis.get("jws").orElseThrow();
      Ipld.Map signature =
          (Ipld.Map) ((Ipld.List) jws.get("signatures").orElseThrow()).items().get(0);
      Base64.Decoder base64url = Base64.getUrlDecoder();
      Jws envelope =
          new Jws(
              base64url.decode(jws.text("payload").orElseThrow()),
              base64url.decode(signature.text("protected").orElseThrow()),
              base64url.decode(signature.text("signature").orElseThrow()));
      return StreamId.of(2, Cid.sha256(Cid.DAG_JOSE, DagJose.encode(envelope)));
    } catch (CodecException e) {
      throw new IllegalStateException("The recorded model cannot be read", e);
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
