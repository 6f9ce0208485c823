package org.kiln.anchor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;

/**
 * How far a batch has come. Each stage is durable before the next step is taken, and each step can
 * be taken again: after a crash the work goes on from the last stage written.
 */
sealed interface Stage {

  /** Requests move from the queue into the batch, slice by slice. */
  record Collecting() implements Stage {}

  /**
   * The batch is closed: its leaves, and with them the root, are fixed. The root may have been
   * sent.
   */
  record Collected() implements Stage {}

  /** The root was sent. */
  record Submitted(AnchorChain.Submission submission) implements Stage {}

  /** The proof is there; time events are being written. */
  record Anchored(AnchorChain.Status.Final result) implements Stage {}

  /** Anchoring failed for good; requests move to the failed ones. */
  record Failing(String reason) implements Stage {}

  /** A word for the operator. */
  default String word() {
    return switch (this) {
      case Collecting c -> "collecting";
      case Collected c -> "ready";
      case Submitted s -> "submitted";
      case Anchored a -> "final";
      case Failing f -> "failing";
    };
  }

  /** The stage as data. */
  default Ipld.Map encode() {
    Map<String, Ipld> map = new LinkedHashMap<>();
    map.put("is", Ipld.of(word()));
    switch (this) {
      case Collecting c -> {}
      case Collected c -> {}
      case Submitted s -> {
        map.put("root", Ipld.of(s.submission().root()));
        map.put("ref", Ipld.of(s.submission().reference()));
      }
      case Anchored a -> {
        AnchorProof proof = a.result().proof();
        map.put("chain", Ipld.of(proof.chainId()));
        map.put("root", Ipld.of(proof.root()));
        map.put("tx", Ipld.of(proof.txHash()));
        proof.txType().ifPresent(type -> map.put("type", Ipld.of(type)));
        map.put("path", Ipld.of(a.result().path()));
        List<Ipld> nodes = new ArrayList<>();
        for (Block node : a.result().nodes()) {
          nodes.add(Ipld.list(Ipld.of(node.cid()), new Ipld.Bytes(node.data())));
        }
        map.put("nodes", new Ipld.List(nodes));
      }
      case Failing f -> map.put("why", Ipld.of(f.reason()));
    }
    return new Ipld.Map(map);
  }

  /** The stage written. */
  static Stage decode(Ipld.Map map) {
    return switch (Records.text(map, "is")) {
      case "collecting" -> new Collecting();
      case "ready" -> new Collected();
      case "submitted" ->
          new Submitted(
              new AnchorChain.Submission(Records.link(map, "root"), Records.text(map, "ref")));
      case "final" -> {
        List<Block> nodes = new ArrayList<>();
        for (Ipld item : Records.list(map.entries().get("nodes")).items()) {
          List<Ipld> pair = Records.list(item).items();
          Cid cid = Records.link(pair.get(0));
          nodes.add(new Block(cid, Records.bytes(pair.get(1))));
        }
        AnchorProof proof =
            new AnchorProof(
                Records.text(map, "chain"),
                Records.link(map, "root"),
                Records.link(map, "tx"),
                map.text("type"));
        yield new Anchored(new AnchorChain.Status.Final(proof, Records.text(map, "path"), nodes));
      }
      case "failing" -> new Failing(Records.text(map, "why"));
      default -> throw Records.broken("stage '" + Records.text(map, "is") + "'", null);
    };
  }
}
