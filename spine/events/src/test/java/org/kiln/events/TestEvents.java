package org.kiln.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NewEvent;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;

/** Events of the sizes that clients make; the log does not look into them. */
public final class TestEvents {
  private static final byte[] PROTECTED = "{\"alg\":\"EdDSA\"}".getBytes(StandardCharsets.UTF_8);

  private TestEvents() {}

  /** A block of so many random bytes. */
  public static Block block(long codec, int bytes, Random random) {
    byte[] data = new byte[bytes];
    random.nextBytes(data);
    return Block.of(codec, data);
  }

  /** A block that depends on the name alone. */
  public static Block block(String name) {
    return Block.of(Cid.DAG_CBOR, name.getBytes(StandardCharsets.UTF_8));
  }

  /** The signed init event of a document: envelope and payload. */
  public static NewEvent init(Random random) {
    Block envelope = block(Cid.DAG_JOSE, 277, random);
    Block payload = block(Cid.DAG_CBOR, 562, random);
    StreamId stream = StreamId.of(3, envelope.cid());
    return event(stream, LogEntry.Kind.INIT, true, List.of(envelope, payload));
  }

  /** A signed data event. */
  public static NewEvent data(StreamId stream, Random random) {
    Block envelope = block(Cid.DAG_JOSE, 277, random);
    Block payload = block(Cid.DAG_CBOR, 562, random);
    return event(stream, LogEntry.Kind.DATA, true, List.of(envelope, payload));
  }

  /** A signed data event whose payload says what it builds on. */
  public static NewEvent following(NewEvent previous, Random random) {
    Block payload = body(previous, random);
    Jws jws = new Jws(payload.cid().bytes(), PROTECTED, new byte[64]);
    Block envelope = Block.of(Cid.DAG_JOSE, DagJose.encode(jws));
    return event(previous.stream(), LogEntry.Kind.DATA, true, List.of(envelope, payload));
  }

  /** A time event that says what it builds on. */
  public static NewEvent anchoring(NewEvent previous, Random random) {
    return event(
        previous.stream(),
        LogEntry.Kind.TIME,
        true,
        List.of(body(previous, random), block("proof")));
  }

  private static Block body(NewEvent previous, Random random) {
    Ipld body =
        Ipld.map(
            "id", Ipld.of(previous.stream().init()),
            "prev", Ipld.of(previous.cid()),
            "data", Ipld.of(random.nextInt()));
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(body));
  }

  /** Any event, with the EventId of its stream. */
  public static NewEvent event(
      StreamId stream, LogEntry.Kind kind, boolean authenticated, List<Block> blocks) {
    Cid cid = blocks.getFirst().cid();
    return new NewEvent(
        stream, cid, kind, Optional.of(id(stream, cid)), authenticated, 1_732_000_000_000L, blocks);
  }

  /** The EventId that goes with a stream: its controller follows from its init event. */
  public static EventId id(StreamId stream, Cid event) {
    int controller = ByteBuffer.wrap(stream.init().digest()).getInt() & 7;
    return EventId.of(
        NetworkId.INMEMORY,
        "model",
        StreamId.MODEL.bytes(),
        "did:example:" + controller,
        stream.init(),
        event);
  }

  /** Without an EventId, as Tiles are. */
  public static NewEvent unordered(NewEvent event) {
    return new NewEvent(
        event.stream(),
        event.cid(),
        event.kind(),
        Optional.empty(),
        event.authenticated(),
        event.receivedAt(),
        event.blocks());
  }

  /** With its signature not checked. */
  public static NewEvent unauthenticated(NewEvent event) {
    return new NewEvent(
        event.stream(),
        event.cid(),
        event.kind(),
        event.eventId(),
        false,
        event.receivedAt(),
        event.blocks());
  }
}
