package org.kiln.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJson;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.ProofPath;

/** Events of the log as the pages show them. */
final class EventView {
  private EventView() {}

  /** A line of the graph: what it is, what it follows, who signed it, what it proves. */
  static Ipld.Map.Builder line(StoredEvent stored) {
    NewEvent event = stored.event();
    Ipld.Map.Builder line =
        Ipld.Map.builder()
            .with("cid", Ipld.of(event.cid().toString()))
            .with("kind", Ipld.of(event.kind().name()))
            .with("sequence", Ipld.of(stored.sequence()))
            .with("receivedAt", Ipld.of(event.receivedAt()))
            .with("authenticated", Ipld.of(event.authenticated()))
            .with("bytes", Ipld.of(event.blocks().stream().mapToLong(b -> b.size()).sum()));
    try {
      Map<Cid, Block> blocks = new HashMap<>();
      event.blocks().forEach(block -> blocks.put(block.cid(), block));
      DecodedEvent decoded = EventDecoder.decode(event.cid(), EventDecoder.Blocks.of(blocks));
      line.put("prev", Route.text(decoded.event().previous().map(Cid::toString)));
      decoded
          .envelope()
          .ifPresent(
              envelope -> {
                line.put(
                    "signer", Route.text(envelope.header().kid().map(EventView::withoutFragment)));
                line.put("capability", Ipld.of(envelope.capability().isPresent()));
              });
      if (decoded.event() instanceof Event.Time time && blocks.containsKey(time.proof())) {
        line.put("proof", proof(time.proof(), ProofPath.proof(blocks.get(time.proof()))));
      }
    } catch (CodecException e) {
      line.put("problem", Ipld.of(e.getMessage()));
    }
    return line;
  }

  private static String withoutFragment(String kid) {
    int hash = kid.indexOf('#');
    return hash < 0 ? kid : kid.substring(0, hash);
  }

  private static Ipld proof(Cid cid, AnchorProof proof) {
    return Ipld.map(
        "cid", Ipld.of(cid.toString()),
        "chain", Ipld.of(proof.chainId()),
        "root", Ipld.of(proof.root().toString()),
        "tx", Ipld.of(transaction(proof)));
  }

  /** The transaction's hash as block explorers write it. */
  static String transaction(AnchorProof proof) {
    return "0x" + HexFormat.of().formatHex(proof.txHash().digest());
  }

  /** The event's blocks, each as DAG-JSON text. */
  static Ipld blocks(StoredEvent stored) {
    NewEvent event = stored.event();
    List<Ipld> blocks = new ArrayList<>();
    for (int i = 0; i < event.blocks().size(); i++) {
      Block block = event.blocks().get(i);
      blocks.add(
          Ipld.map(
              "cid", Ipld.of(block.cid().toString()),
              "role", Ipld.of(role(event, i)),
              "bytes", Ipld.of(block.size()),
              "json", Ipld.of(text(block))));
    }
    return Ipld.map(
        "cid", Ipld.of(event.cid().toString()),
        "stream", Ipld.of(event.stream().toString()),
        "kind", Ipld.of(event.kind().name()),
        "sequence", Ipld.of(stored.sequence()),
        "receivedAt", Ipld.of(event.receivedAt()),
        "eventId", Route.text(event.eventId().map(Object::toString)),
        "blocks", new Ipld.List(blocks));
  }

  private static String role(NewEvent event, int index) {
    return switch (event.kind()) {
      case TIME -> index == 0 ? "time event" : index == 1 ? "proof" : "tree node";
      case INIT, DATA -> {
        boolean signed = event.cid().codec() == Cid.DAG_JOSE;
        yield switch (index) {
          case 0 -> signed ? "envelope" : "event";
          case 1 -> "payload";
          default -> "capability";
        };
      }
    };
  }

  private static String text(Block block) {
    try {
      return new String(DagJson.write(DagCbor.decode(block.data())), StandardCharsets.UTF_8);
    } catch (CodecException | IllegalArgumentException e) {
      String reason = Optional.ofNullable(e.getMessage()).orElse("unreadable");
      return new String(
          DagJson.write(
              Ipld.map("problem", Ipld.of(reason), "block", new Ipld.Bytes(block.data()))),
          StandardCharsets.UTF_8);
    }
  }
}
