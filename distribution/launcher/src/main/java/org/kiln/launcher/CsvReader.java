package org.kiln.launcher;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/** Reads CSV as the node writes it (RFC 4180): nothing is NULL, a pair of quotes an empty text. */
final class CsvReader {
  private final Reader in;
  private int next;

  CsvReader(Reader in) throws IOException {
    this.in = in;
    next = in.read();
  }

  /** The cells of the next line, null for NULL; no list at the end. */
  List<String> row() throws IOException {
    if (next < 0) {
      return null;
    }
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(next == '"' ? quoted() : plain());
      int end = next;
      next = in.read();
      if (end == '\r') {
        next = next == '\n' ? in.read() : next;
      }
      if (end != ',') {
        return cells;
      }
    }
  }

  private String plain() throws IOException {
    StringBuilder cell = new StringBuilder();
    while (next >= 0 && next != ',' && next != '\r' && next != '\n') {
      cell.append((char) next);
      next = in.read();
    }
    return cell.isEmpty() ? null : cell.toString();
  }

  private String quoted() throws IOException {
    StringBuilder cell = new StringBuilder();
    next = in.read();
    while (next >= 0) {
      if (next == '"') {
        next = in.read();
        if (next != '"') {
          break;
        }
      }
      cell.append((char) next);
      next = in.read();
    }
    return cell.toString();
  }
}
