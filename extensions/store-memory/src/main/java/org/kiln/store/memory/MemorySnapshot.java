package org.kiln.store.memory;

import java.util.Map;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Table;

/** One consistent moment: the trees as they were. */
class MemorySnapshot implements Snapshot {
  final Map<Table, SortedTree> trees;

  MemorySnapshot(Map<Table, SortedTree> trees) {
    this.trees = trees;
  }

  @Override
  public byte[] get(Table table, byte[] key) {
    return tree(table).get(key);
  }

  @Override
  public Cursor range(Table table, byte[] from, byte[] to, boolean reverse) {
    return new TreeCursor(tree(table), from, to, reverse);
  }

  final SortedTree tree(Table table) {
    SortedTree tree = trees.get(table);
    if (tree == null) {
      throw new IllegalArgumentException(
          "Table " + table.name() + " was not named when the store was opened");
    }
    return tree;
  }
}
