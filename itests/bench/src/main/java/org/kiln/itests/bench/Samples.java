package org.kiln.itests.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NewEvent;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;

/** Events like those of applications: an envelope of about 280 bytes, a payload of about 560. */
final class Samples {
  static final int TILE = 0;
  static final int INSTANCE = 3;

  private static final StreamId MODEL =
      StreamId.of(2, Cid.sha256(Cid.DAG_JOSE, new byte[] {1, 2, 3}));
  private static final int ENVELOPE_BYTES = 277;
  private static final int PAYLOAD_BYTES = 562;

  private Samples() {}

  static Author author(int number) {
    byte[] seed = new byte[32];
    new Random(number).nextBytes(seed);
    return new Author(seed);
  }

  /** The content of a document: texts, a list, numbers, a nested map. */
  static Ipld.Map content(int number) {
    return Ipld.Map.builder()
        .with("title", new Ipld.Text("Document number " + number))
        .with("body", new Ipld.Text(Integer.toHexString(number).repeat(40)))
        .with("tags", new Ipld.List(List.of(new Ipld.Text("alpha"), new Ipld.Text("beta"))))
        .with("ratio", new Ipld.Float64(number / 7.0))
        .with("nested", Ipld.Map.builder().with("ok", Ipld.TRUE).build())
        .build();
  }

  /** The signed init event of a document of a model. */
  static SignedEvent instance(Author author, int number) {
    return author.instance(MODEL, content(number), "unique%06d".formatted(number % 1_000_000));
  }

  /** What the intake makes of a client's event. */
  static DecodedEvent decode(SignedEvent event) {
    try {
      return EventDecoder.decode(
          event.cid(),
          EventDecoder.Blocks.of(
              Map.of(event.cid(), event.envelope(), event.payload().cid(), event.payload())));
    } catch (CodecException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A time event with the blocks it needs. */
  static DecodedEvent decodeTime(Ipld.Map time, Block proof, List<Block> nodes) {
    Block event = Block.of(Cid.DAG_CBOR, DagCbor.encode(time));
    Map<Cid, Block> blocks = new HashMap<>();
    blocks.put(event.cid(), event);
    blocks.put(proof.cid(), proof);
    nodes.forEach(node -> blocks.put(node.cid(), node));
    try {
      return EventDecoder.decode(event.cid(), EventDecoder.Blocks.of(blocks));
    } catch (CodecException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Events of streams of their own, as the log takes them; the blocks are random bytes. */
  static List<NewEvent> newEvents(Random random, int count) {
    List<NewEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Block envelope = Block.of(Cid.DAG_JOSE, bytes(random, ENVELOPE_BYTES));
      Block payload = Block.of(Cid.DAG_CBOR, bytes(random, PAYLOAD_BYTES));
      events.add(event(envelope, List.of(envelope, payload)));
    }
    return events;
  }

  /** The same with hardly any bytes, for tests of keys. */
  static List<NewEvent> smallEvents(Random random, int count) {
    List<NewEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] few = ByteBuffer.allocate(Long.BYTES).putLong(random.nextLong()).array();
      Block envelope = Block.of(Cid.DAG_JOSE, few);
      events.add(event(envelope, List.of(envelope)));
    }
    return events;
  }

  /** A key of the Recon order that stands anywhere in it. */
  static byte[] key(Random random) {
    Cid cid = Cid.ofDigest(Cid.DAG_JOSE, Cid.SHA2_256, bytes(random, 32));
    return key(cid).bytes();
  }

  private static NewEvent event(Block envelope, List<Block> blocks) {
    return new NewEvent(
        StreamId.of(INSTANCE, envelope.cid()),
        envelope.cid(),
        LogEntry.Kind.INIT,
        Optional.of(key(envelope.cid())),
        true,
        1_700_000_000_000L,
        blocks);
  }

  private static EventId key(Cid init) {
    return EventId.of(
        NetworkId.INMEMORY,
        "model",
        MODEL.bytes(),
        "did:key:z6MkSomebody" + init.hashCode() % 100,
        init,
        init);
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
