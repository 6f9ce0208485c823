package org.kiln.store.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.kiln.api.store.Cursor;

/** A walk over one tree, which keeps the path to its place on a stack. */
final class TreeCursor implements Cursor {
  private final byte[] end;
  private final boolean reverse;
  private final Deque<SortedTree.Node> path = new ArrayDeque<>();
  private SortedTree.Node current;

  TreeCursor(SortedTree tree, byte[] from, byte[] to, boolean reverse) {
    this.reverse = reverse;
    this.end = reverse ? from : to;
    seek(tree.root(), reverse ? to : from);
  }

  private void seek(SortedTree.Node root, byte[] start) {
    SortedTree.Node node = root;
    while (node != null) {
      int order = start == null ? 0 : Arrays.compareUnsigned(node.key(), start);
      boolean within = start == null || (reverse ? order < 0 : order >= 0);
      if (within) {
        path.push(node);
      }
      node = within != reverse ? node.left() : node.right();
    }
  }

  @Override
  public boolean next() {
    current = path.poll();
    if (current == null) {
      return false;
    }
    SortedTree.Node node = reverse ? current.left() : current.right();
    while (node != null) {
      path.push(node);
      node = reverse ? node.right() : node.left();
    }
    if (end != null) {
      int order = Arrays.compareUnsigned(current.key(), end);
      if (reverse ? order < 0 : order >= 0) {
        current = null;
        path.clear();
        return false;
      }
    }
    return true;
  }

  @Override
  public byte[] key() {
    return entry().key();
  }

  @Override
  public byte[] value() {
    return entry().value();
  }

  private SortedTree.Node entry() {
    if (current == null) {
      throw new IllegalStateException("The cursor is not on an entry");
    }
    return current;
  }

  @Override
  public void close() {
    current = null;
    path.clear();
  }
}
