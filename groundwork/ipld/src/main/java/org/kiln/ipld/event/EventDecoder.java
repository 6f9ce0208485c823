package org.kiln.ipld.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;

/**
 * Turns blocks into events: structure, sizes and hashes, and the path of a time event when its
 * blocks are there. Signatures, controllers and chains are judged elsewhere. Thread-safe.
 */
public final class EventDecoder {
  /** Largest block of an event, in bytes. */
  public static final int MAX_BLOCK_BYTES = 256_000;

  private EventDecoder() {}

  /** Finds a block. */
  @FunctionalInterface
  public interface Blocks {
    /** The block of that CID, empty when it is not to be had. */
    Optional<Block> find(Cid cid);

    /** The blocks of a map. */
    static Blocks of(Map<Cid, Block> blocks) {
      return cid -> Optional.ofNullable(blocks.get(cid));
    }
  }

  /**
   * Decodes the event whose own block is {@code root}; fetches what it needs from {@code blocks},
   * and checks sizes and hashes of all of it. Of a time event the proof and the tree nodes are
   * taken along as far as they are found; when all are, the path must lead to {@code prev}.
   *
   * @throws CodecException when a block is missing, too large, does not hash to its CID, or is no
   *     event
   */
  public static DecodedEvent decode(Cid root, Blocks blocks) throws CodecException {
    return decode(root, blocks, Origin.BLOCKS);
  }

  static DecodedEvent decode(Cid root, Blocks blocks, Origin origin) throws CodecException {
    if (root.codec() == Cid.DAG_JOSE) {
      return signed(need(root, blocks, () -> origin.missing("Event", "root CID")), blocks, origin);
    }
    if (root.codec() != Cid.DAG_CBOR) {
      throw new CodecException("Event " + root + " is neither dag-cbor nor dag-jose");
    }
    Block block = need(root, blocks, () -> origin.missing("Event", "root CID"));
    Ipld.Map map = map(block);
    if (map.get("proof").isPresent()) {
      return time(block, map, blocks, origin);
    }
    return new DecodedEvent(event(root, map, false), Optional.empty(), List.of(block));
  }

  /**
   * Refuses an event whose blocks would not come out the same if they were written again: two
   * clients could not agree on its CID. Demanded of local clients only (ceramic-one does the same).
   *
   * @throws CodecException when a block is not canonical
   */
  public static void requireCanonical(DecodedEvent event) throws CodecException {
    String what =
        event.envelope().isPresent()
            ? "Signed event payload bytes do not round-trip."
            : "Event bytes do not round-trip.";
    for (Block block : event.blocks()) {
      if (!DagCbor.isCanonical(block.data())) {
        boolean own = block.cid().equals(event.event().cid());
        throw new CodecException(
            (own ? "Event bytes do not round-trip." : what)
                + " This most likely means the event contains unexpected fields.");
      }
    }
  }

  private static DecodedEvent signed(Block envelope, Blocks blocks, Origin origin)
      throws CodecException {
    Jws jws = DagJose.decode(envelope.data());
    Jws.Header header = jws.header();
    Cid link = jws.payloadCid();
    if (link.codec() != Cid.DAG_CBOR) {
      throw new CodecException(
          "Payload " + link + " of event " + envelope.cid() + " is not dag-cbor");
    }
    Block payload = need(link, blocks, () -> origin.missing("Signed Event", "payload"));
    List<Block> kept = new ArrayList<>(3);
    kept.add(envelope);
    kept.add(payload);
    Optional<Block> capability = Optional.empty();
    if (header.capability().isPresent()) {
      Block block =
          need(
              header.capability().get(),
              blocks,
              () -> origin.missing("Signed Event", "capability"));
      capability = Optional.of(block);
      kept.add(block);
    }
    Event event = event(envelope.cid(), map(payload), true);
    return new DecodedEvent(
        event,
        Optional.of(new SignedEnvelope(envelope, jws, header, payload, capability)),
        List.copyOf(kept));
  }

  private static Event event(Cid cid, Ipld.Map map, boolean signed) throws CodecException {
    Ipld headerValue = map.entries().get("header");
    Optional<Ipld.Map> header = Optional.empty();
    if (headerValue instanceof Ipld.Map own) {
      header = Optional.of(own);
    } else if (headerValue != null && !(headerValue instanceof Ipld.Null)) {
      throw new CodecException("Event " + cid + ": header is not a map");
    }
    if (map.get("prev").isEmpty()) {
      if (header.isEmpty()) {
        throw new CodecException("Event " + cid + " has neither prev nor header");
      }
      return new Event.Init(cid, header.get(), map.get("data"), signed);
    }
    return new Event.Data(
        cid,
        optionalLink(cid, map, "id"),
        link(cid, map, "prev"),
        map.get("data").orElse(Ipld.NULL),
        header,
        signed);
  }

  private static DecodedEvent time(Block block, Ipld.Map map, Blocks blocks, Origin origin)
      throws CodecException {
    Cid cid = block.cid();
    String path =
        map.text("path")
            .orElseThrow(() -> new CodecException("Time event " + cid + ": path is not text"));
    Event.Time event =
        new Event.Time(
            cid,
            optionalLink(cid, map, "id"),
            link(cid, map, "prev"),
            link(cid, map, "proof"),
            path);
    List<Block> kept = new ArrayList<>();
    kept.add(block);
    kept.addAll(ProofPath.collect(event, blocks, origin));
    return new DecodedEvent(event, Optional.empty(), List.copyOf(kept));
  }

  static Ipld.Map map(Block block) throws CodecException {
    if (DagCbor.decode(block.data()) instanceof Ipld.Map map) {
      return map;
    }
    throw new CodecException("Block " + block.cid() + " is not a map");
  }

  private static Cid link(Cid event, Ipld.Map map, String name) throws CodecException {
    if (map.entries().get(name) instanceof Ipld.Link link) {
      return link.cid();
    }
    throw new CodecException("Event " + event + ": " + name + " is not a link");
  }

  private static Optional<Cid> optionalLink(Cid event, Ipld.Map map, String name)
      throws CodecException {
    return map.get(name).isEmpty() ? Optional.empty() : Optional.of(link(event, map, name));
  }

  static Block need(Cid cid, Blocks blocks, Missing missing) throws CodecException {
    return checked(cid, blocks.find(cid).orElseThrow(missing::exception));
  }

  static Block checked(Cid cid, Block block) throws CodecException {
    if (cid.version() != 1 || cid.hashFunction() != Cid.SHA2_256) {
      throw new CodecException("Block " + cid + " is not named by sha2-256");
    }
    int size = block.size();
    if (size > MAX_BLOCK_BYTES) {
      throw new CodecException(
          cid + " commit size " + size + " exceeds the maximum block size of " + MAX_BLOCK_BYTES);
    }
    Block named = block.cid().equals(cid) ? block : block.as(cid);
    if (!named.verified()) {
      throw new CodecException(
          "block hash mismatch: the block given for "
              + cid
              + " is "
              + Cid.sha256(cid.codec(), block.data()));
    }
    return named;
  }

  /** Says which block is missing. */
  @FunctionalInterface
  interface Missing {
    /** The refusal. */
    CodecException exception();
  }

  /** Where the blocks come from: words of a refusal, and whether a proof must be complete. */
  enum Origin {
    /** A store or a network: proofs may come later. */
    BLOCKS("", false),
    /** A CAR, which holds all of an event. */
    CAR(" CAR data", true);

    private final String words;
    private final boolean complete;

    Origin(String words, boolean complete) {
      this.words = words;
      this.complete = complete;
    }

    boolean complete() {
      return complete;
    }

    CodecException missing(String event, String block) {
      return new CodecException(event + words + " missing block for " + block);
    }
  }
}
