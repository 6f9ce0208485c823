package org.kiln.launcher;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as a table of text. As wide as the first rows want; of what is longer as much as fits. What
 * others have written ends up on a terminal: control characters are replaced.
 */
final class TableText {
  private static final int LOOKED_AT = 500;
  private static final int WIDEST = 64;

  private final PrintStream out;
  private final List<List<String>> waiting = new ArrayList<>();
  private int[] widths = {};
  private boolean begun;
  private long rows;

  TableText(PrintStream out, List<String> names) {
    this.out = out;
    waiting.add(shown(names, ""));
  }

  /** One more, which is not shown before it is known how wide the table is. */
  void row(List<String> cells) {
    rows++;
    waiting.add(shown(cells, "NULL"));
    if (begun || waiting.size() > LOOKED_AT) {
      flush();
    }
  }

  /** Shows what has waited. */
  void flush() {
    if (widths.length == 0) {
      widths = new int[waiting.get(0).size()];
    }
    for (List<String> line : waiting) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(line.get(i)));
      }
    }
    for (List<String> line : waiting) {
      print(line);
      if (!begun) {
        begun = true;
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
          rule.add("-".repeat(width));
        }
        print(rule);
      }
    }
    waiting.clear();
    out.flush();
  }

  long rows() {
    return rows;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private void print(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(i == 0 ? "" : "  ").append(cells.get(i));
      if (i < cells.size() - 1) {
        line.append(" ".repeat(Math.max(0, widths[i] - length(cells.get(i)))));
      }
    }
    out.println(line.toString().stripTrailing());
  }

  private static List<String> shown(List<String> cells, String none) {
    List<String> line = new ArrayList<>();
    for (String cell : cells) {
      line.add(cell == null ? none : shown(cell));
    }
    return line;
  }

  private static String shown(String cell) {
    int whole = length(cell);
    String cut =
        whole <= WIDEST ? cell : cell.substring(0, cell.offsetByCodePoints(0, WIDEST - 1)) + "…";
    StringBuilder text = new StringBuilder();
    cut.chars().forEach(c -> text.append(Character.isISOControl(c) ? '\uFFFD' : (char) c));
    return text.toString();
  }
}
