package org.kiln.type.model;

import java.util.Arrays;

/**
 * Which alternative of one schema stands for which of another: the pairs that cost least together,
 * by the method of Kuhn and Munkres. Of several such choices it makes the one that the library
 * makes that ceramic-one goes by, since the verdict may depend on it.
 */
final class Pairs {
  private static final int NONE = -1;

  private final int[][] cost;
  private final int size;
  private final long[] rowLabel;
  private final long[] columnLabel;
  private final int[] columnOf;
  private final int[] rowOf;

  private Pairs(int[][] cost) {
    this.cost = cost;
    this.size = cost.length;
    this.rowLabel = new long[size];
    this.columnLabel = new long[size];
    this.columnOf = new int[size];
    this.rowOf = new int[size];
    Arrays.fill(columnOf, NONE);
    Arrays.fill(rowOf, NONE);
    for (int row = 0; row < size; row++) {
      rowLabel[row] = -Arrays.stream(cost[row]).min().orElse(0);
    }
  }

  /** The column for each row of a square matrix. */
  static int[] cheapest(int[][] cost) {
    Pairs pairs = new Pairs(cost);
    for (int row = 0; row < pairs.size; row++) {
      pairs.add(row);
    }
    return pairs.columnOf;
  }

  private void add(int root) {
    int[] reachedFrom = new int[size];
    Arrays.fill(reachedFrom, NONE);
    long[] slack = new long[size];
    int[] slackRow = new int[size];
    boolean[] rows = new boolean[size];
    int column = NONE;
    int next = root;
    while (next != NONE) {
      rows[next] = true;
      tighten(next, next == root, reachedFrom, slack, slackRow);
      column = least(slack, reachedFrom);
      shift(slack[column], rows, reachedFrom, slack);
      reachedFrom[column] = slackRow[column];
      next = rowOf[column];
    }
    while (column != NONE) {
      int row = reachedFrom[column];
      int before = columnOf[row];
      rowOf[column] = row;
      columnOf[row] = column;
      column = before;
    }
  }

  private void tighten(int row, boolean first, int[] reachedFrom, long[] slack, int[] slackRow) {
    for (int column = 0; column < size; column++) {
      long margin = rowLabel[row] + columnLabel[column] + cost[row][column];
      if (reachedFrom[column] == NONE && (first || margin < slack[column])) {
        slack[column] = margin;
        slackRow[column] = row;
      }
    }
  }

  private int least(long[] slack, int[] reachedFrom) {
    int found = NONE;
    for (int column = 0; column < size; column++) {
      if (reachedFrom[column] == NONE && (found == NONE || slack[column] < slack[found])) {
        found = column;
      }
    }
    return found;
  }

  private void shift(long delta, boolean[] rows, int[] reachedFrom, long[] slack) {
    for (int i = 0; i < size; i++) {
      rowLabel[i] -= rows[i] ? delta : 0;
      if (reachedFrom[i] != NONE) {
        columnLabel[i] += delta;
      } else {
        slack[i] -= delta;
      }
    }
  }
}
