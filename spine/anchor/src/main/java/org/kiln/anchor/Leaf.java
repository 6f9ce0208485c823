package org.kiln.anchor;

import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagCbor;

/**
 * A request: in the queue, or in a batch.
 *
 * @param key its {@link RequestKey}
 * @param tip what is to be timestamped
 * @param requestedAt unix milliseconds
 */
record Leaf(byte[] key, Cid tip, long requestedAt) {

  boolean own() {
    return RequestKey.isOwn(key);
  }

  StreamId stream() {
    return RequestKey.stream(key);
  }

  /** The value it has in the queue. */
  byte[] waiting() {
    return DagCbor.encode(Ipld.map("at", Ipld.of(requestedAt), "tip", Ipld.of(tip)));
  }

  /** The value it has among the failed ones. */
  byte[] failed(String reason) {
    return DagCbor.encode(
        Ipld.map("at", Ipld.of(requestedAt), "tip", Ipld.of(tip), "why", Ipld.of(reason)));
  }

  static Leaf read(byte[] key, byte[] value) {
    Ipld.Map map = Records.map(value);
    return new Leaf(key, Records.link(map, "tip"), Records.number(map, "at"));
  }

  static byte[] encode(List<Leaf> leaves) {
    List<Ipld> items = new ArrayList<>(leaves.size());
    for (Leaf leaf : leaves) {
      items.add(Ipld.list(new Ipld.Bytes(leaf.key), Ipld.of(leaf.tip), Ipld.of(leaf.requestedAt)));
    }
    return DagCbor.encode(Ipld.map("leaves", new Ipld.List(items)));
  }

  static List<Leaf> decode(byte[] value) {
    List<Leaf> leaves = new ArrayList<>();
    for (Ipld item : Records.list(Records.map(value).entries().get("leaves")).items()) {
      List<Ipld> parts = Records.list(item).items();
      leaves.add(
          new Leaf(
              Records.bytes(parts.get(0)),
              Records.link(parts.get(1)),
              Records.number(parts.get(2))));
    }
    return leaves;
  }
}
