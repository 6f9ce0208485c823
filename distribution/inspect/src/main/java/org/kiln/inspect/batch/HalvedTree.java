package org.kiln.inspect.batch;

import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;

/**
 * The Merkle tree of the anchor service: leaves halved until one is left, the smaller half first.
 *
 * @param root CID of the root node
 * @param nodes the inner nodes, children before parents
 * @param ways the way to each leaf, in the leaves' order
 */
record HalvedTree(Cid root, List<Block> nodes, List<Way> ways) {

  /**
   * The way from the root to a leaf.
   *
   * @param path the steps, {@code /} between them
   * @param nodes the nodes passed, root first
   */
  record Way(String path, List<Cid> nodes) {}

  static HalvedTree of(List<Cid> leaves) {
    List<Block> nodes = new ArrayList<>();
    Built built =
        leaves.size() == 1 ? node(List.of(leaf(leaves.get(0))), nodes) : build(leaves, nodes);
    return new HalvedTree(built.cid, List.copyOf(nodes), built.ways);
  }

  private record Built(Cid cid, List<Way> ways) {}

  private static Built build(List<Cid> leaves, List<Block> nodes) {
    if (leaves.size() == 1) {
      return leaf(leaves.get(0));
    }
    int middle = leaves.size() / 2;
    Built left = build(leaves.subList(0, middle), nodes);
    Built right = build(leaves.subList(middle, leaves.size()), nodes);
    return node(List.of(left, right), nodes);
  }

  private static Built leaf(Cid cid) {
    return new Built(cid, List.of(new Way("", List.of())));
  }

  private static Built node(List<Built> children, List<Block> nodes) {
    Ipld left = Ipld.of(children.get(0).cid);
    Ipld right = children.size() == 1 ? Ipld.NULL : Ipld.of(children.get(1).cid);
    Block block = Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.list(left, right)));
    nodes.add(block);
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < children.size(); i++) {
      for (Way way : children.get(i).ways) {
        List<Cid> passed = new ArrayList<>(way.nodes.size() + 1);
        passed.add(block.cid());
        passed.addAll(way.nodes);
        ways.add(new Way(way.path.isEmpty() ? "" + i : i + "/" + way.path, passed));
      }
    }
    return new Built(block.cid(), ways);
  }
}
