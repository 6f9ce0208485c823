package org.kiln.anchor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;

/**
 * A binary tree over tips. A node is the DAG-CBOR list of its two links; what decides is the walk
 * from the root, not the shape. Ours is ceramic-one's: like a binary counter, subtrees of a power
 * of two leaves, the larger ones to the left. A single leaf is {@code [leaf, null]} with the path
 * {@code 0}, which js-ceramic wants, whereas ceramic-one makes the leaf itself the root. Immutable.
 */
public final class MerkleTree {
  private final Cid[] leaves;
  private final IntUnaryOperator split;

  /** A node divides its leaves in two; it is kept at the index of the first leaf on its right. */
  private final Block[] nodes;

  private final Cid root;

  private MerkleTree(Cid[] leaves, IntUnaryOperator split) {
    this.leaves = leaves;
    this.split = split;
    this.nodes = new Block[leaves.length];
    if (leaves.length == 1) {
      nodes[0] = Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.list(Ipld.of(leaves[0]), Ipld.NULL)));
      this.root = nodes[0].cid();
    } else {
      this.root = build(0, leaves.length);
    }
  }

  /**
   * The tree over these leaves.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static MerkleTree of(List<Cid> leaves) {
    return of(leaves, n -> Integer.highestOneBit(n - 1));
  }

  /** A tree of another shape: {@code split} says how many of n leaves go to the left. */
  static MerkleTree of(List<Cid> leaves, IntUnaryOperator split) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("A tree needs at least one leaf");
    }
    return new MerkleTree(leaves.toArray(Cid[]::new), split);
  }

  /** CID of the root node. */
  public Cid root() {
    return root;
  }

  /** How many leaves. */
  public int size() {
    return leaves.length;
  }

  /** A leaf. */
  public Cid leaf(int index) {
    return leaves[index];
  }

  /** The way from the root to a leaf, such as {@code 0/1/0}. */
  public String path(int index) {
    if (leaves.length == 1) {
      return "0";
    }
    StringBuilder path = new StringBuilder(40);
    int from = 0;
    int to = leaves.length;
    while (to - from > 1) {
      int middle = from + split.applyAsInt(to - from);
      if (!path.isEmpty()) {
        path.append('/');
      }
      if (index < middle) {
        path.append('0');
        to = middle;
      } else {
        path.append('1');
        from = middle;
      }
    }
    return path.toString();
  }

  /** The nodes on the way to a leaf, from the root down. */
  public List<Block> nodesTo(int index) {
    if (leaves.length == 1) {
      return List.of(nodes[0]);
    }
    List<Block> way = new ArrayList<>(20);
    int from = 0;
    int to = leaves.length;
    while (to - from > 1) {
      int middle = from + split.applyAsInt(to - from);
      way.add(nodes[middle]);
      if (index < middle) {
        to = middle;
      } else {
        from = middle;
      }
    }
    return way;
  }

  /** All nodes, in no particular order. */
  List<Block> nodes() {
    return Arrays.stream(nodes).filter(node -> node != null).toList();
  }

  private Cid build(int from, int to) {
    if (to - from == 1) {
      return leaves[from];
    }
    int middle = from + split.applyAsInt(to - from);
    Cid left = build(from, middle);
    Cid right = build(middle, to);
    nodes[middle] =
        Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.list(Ipld.of(left), Ipld.of(right))));
    return nodes[middle].cid();
  }
}
