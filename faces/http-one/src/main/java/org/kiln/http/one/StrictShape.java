package org.kiln.http.one;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;

/**
 * What ceramic-one demands of an event that a client writes: its blocks are canonical and hold
 * nothing but the members it knows, in the types it knows. What came from other nodes need not.
 */
final class StrictShape {
  private static final String TAIL =
      " bytes do not round-trip. This most likely means the event contains unexpected fields.";
  private static final Set<String> ENVELOPE = Set.of("payload", "signatures");
  private static final Set<String> SIGNATURE = Set.of("header", "protected", "signature");
  private static final Set<String> INIT = Set.of("data", "header");
  private static final Set<String> DATA = Set.of("id", "prev", "data", "header");
  private static final Set<String> TIME = Set.of("id", "prev", "proof", "path");
  private static final Set<String> PROOF = Set.of("chainId", "root", "txHash", "txType");

  /** What a member of a header must be. */
  private static final Map<String, Class<? extends Ipld>> INIT_HEADER =
      Map.of(
          "controllers", Ipld.List.class,
          "model", Ipld.Bytes.class,
          "sep", Ipld.Text.class,
          "unique", Ipld.Bytes.class,
          "context", Ipld.Bytes.class,
          "shouldIndex", Ipld.Bool.class,
          "modelVersion", Ipld.Link.class);

  private static final Map<String, Class<? extends Ipld>> DATA_HEADER =
      Map.of("shouldIndex", Ipld.Bool.class, "modelVersion", Ipld.Link.class);

  private StrictShape() {}

  /**
   * Refuses an event of another shape.
   *
   * @throws CodecException with ceramic-one's words
   */
  static void require(DecodedEvent decoded) throws CodecException {
    EventDecoder.requireCanonical(decoded);
    Block own = decoded.blocks().get(0);
    String what = decoded.envelope().isPresent() ? "Signed event payload" : "Event";
    Ipld.Map body = map(own);
    if (decoded.envelope().isPresent()) {
      envelope(body);
      body = map(decoded.envelope().get().payload());
    }
    switch (decoded.event()) {
      case Event.Init init -> init(init, body, what);
      case Event.Data data -> data(data, body, what);
      case Event.Time time -> time(time, body, decoded);
    }
  }

  private static Ipld.Map map(Block block) throws CodecException {
    return DagCbor.decodeMap(block.data());
  }

  private static void envelope(Ipld.Map envelope) throws CodecException {
    only(ENVELOPE, envelope, "Event");
    if (envelope.entries().get("signatures") instanceof Ipld.List signatures) {
      for (Ipld signature : signatures.items()) {
        if (signature instanceof Ipld.Map members) {
          only(SIGNATURE, members, "Event");
        }
      }
    }
  }

  private static void init(Event.Init init, Ipld.Map body, String what) throws CodecException {
    Ipld.Map header = init.header();
    typed(INIT_HEADER, header, what);
    if (header.get("model").isEmpty()) {
      throw new CodecException("decoding event: header without model");
    }
    if (!(header.entries().get("controllers") instanceof Ipld.List controllers)) {
      throw new CodecException("init header should contain at least one controller");
    }
    if (controllers.items().isEmpty() || body.get("data").isEmpty()) {
      throw new CodecException(what + TAIL);
    }
    if (!(controllers.items().get(0) instanceof Ipld.Text)) {
      throw new CodecException("decoding event: header.controllers is not a list of texts");
    }
    only(INIT, body, what);
  }

  private static void data(Event.Data data, Ipld.Map body, String what) throws CodecException {
    if (!data.signed()) {
      throw new CodecException("decoding event: a data event must be signed");
    }
    if (data.id().isEmpty() || body.get("data").isEmpty()) {
      throw new CodecException("decoding payload: a data event has id, prev and data");
    }
    only(DATA, body, what);
    Ipld header = body.entries().get("header");
    if (header instanceof Ipld.Map members) {
      typed(DATA_HEADER, members, what);
    } else if (header != null) {
      throw new CodecException(what + TAIL);
    }
  }

  private static void time(Event.Time time, Ipld.Map body, DecodedEvent decoded)
      throws CodecException {
    if (time.id().isEmpty()) {
      throw new CodecException("decoding event: a time event has id, prev, proof and path");
    }
    only(TIME, body, "Event");
    Optional<Block> proof = block(decoded, time.proof());
    if (proof.isPresent()) {
      Ipld.Map members = map(proof.get());
      only(PROOF, members, "Event");
      if (members.get("txType").isEmpty()) {
        throw new CodecException("decoding proof: missing txType");
      }
    }
  }

  private static Optional<Block> block(DecodedEvent decoded, Cid cid) {
    return decoded.blocks().stream().filter(block -> block.cid().equals(cid)).findFirst();
  }

  private static void only(Set<String> known, Ipld.Map map, String what) throws CodecException {
    if (!known.containsAll(map.entries().keySet())) {
      throw new CodecException(what + TAIL);
    }
  }

  private static void typed(Map<String, Class<? extends Ipld>> known, Ipld.Map header, String what)
      throws CodecException {
    for (Map.Entry<String, Ipld> member : header.entries().entrySet()) {
      Class<? extends Ipld> type = known.get(member.getKey());
      if (type == null) {
        throw new CodecException(what + TAIL);
      }
      if (!type.isInstance(member.getValue())) {
        throw new CodecException(
            "decoding event: header." + member.getKey() + " is not " + type.getSimpleName());
      }
    }
  }
}
