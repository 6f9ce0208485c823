package org.kiln.store.memory;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An ordered map that is never changed: every change answers a new map that shares all but one path
 * with the old one. A treap, balanced by random priorities.
 *
 * @param root null for the empty map
 */
record SortedTree(Node root, int size) {
  static final SortedTree EMPTY = new SortedTree(null, 0);

  /** An entry and the entries before and after it. */
  record Node(byte[] key, byte[] value, int priority, Node left, Node right) {
    Node withLeft(Node other) {
      return new Node(key, value, priority, other, right);
    }

    Node withRight(Node other) {
      return new Node(key, value, priority, left, other);
    }

    Node withValue(byte[] other) {
      return new Node(key, other, priority, left, right);
    }
  }

  byte[] get(byte[] key) {
    Node node = root;
    while (node != null) {
      int order = Arrays.compareUnsigned(key, node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  SortedTree put(byte[] key, byte[] value) {
    boolean known = get(key) != null;
    return new SortedTree(put(root, key, value), known ? size : size + 1);
  }

  SortedTree delete(byte[] key) {
    return get(key) == null ? this : new SortedTree(delete(root, key), size - 1);
  }

  private static Node put(Node node, byte[] key, byte[] value) {
    if (node == null) {
      return new Node(key, value, ThreadLocalRandom.current().nextInt(), null, null);
    }
    int order = Arrays.compareUnsigned(key, node.key);
    if (order == 0) {
      return node.withValue(value);
    }
    if (order < 0) {
      Node left = put(node.left, key, value);
      return left.priority > node.priority
          ? left.withRight(node.withLeft(left.right))
          : node.withLeft(left);
    }
    Node right = put(node.right, key, value);
    return right.priority > node.priority
        ? right.withLeft(node.withRight(right.left))
        : node.withRight(right);
  }

  private static Node delete(Node node, byte[] key) {
    int order = Arrays.compareUnsigned(key, node.key);
    if (order == 0) {
      return merge(node.left, node.right);
    }
    return order < 0
        ? node.withLeft(delete(node.left, key))
        : node.withRight(delete(node.right, key));
  }

  private static Node merge(Node left, Node right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    return left.priority > right.priority
        ? left.withRight(merge(left.right, right))
        : right.withLeft(merge(left, right.left));
  }
}
