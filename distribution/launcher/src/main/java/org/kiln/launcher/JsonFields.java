package org.kiln.launcher;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scalar values of a JSON object by their names, with dots for what is nested and numbers for
 * the places of a list; nulls are left out. As much as the answers of the node's own admin routes
 * need. They quote what others have written, and end up on a terminal: control characters but
 * newlines and tabs are replaced.
 */
final class JsonFields {
  private static final int MAX_DEPTH = 8;

  private final String text;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private int at;

  private JsonFields(String text) {
    this.text = text;
  }

  /** Reads an object. */
  static Map<String, String> read(String text) throws IOException {
    JsonFields reader = new JsonFields(text);
    reader.object("", 0);
    if (reader.peek() != 0) {
      throw reader.broken();
    }
    return reader.fields;
  }

  private void object(String prefix, int depth) throws IOException {
    expect('{');
    if (depth > MAX_DEPTH) {
      throw broken();
    }
    if (peek() == '}') {
      at++;
      return;
    }
    do {
      String name = prefix + string();
      expect(':');
      value(name, depth);
    } while (more('}'));
  }

  private void list(String prefix, int depth) throws IOException {
    expect('[');
    if (depth > MAX_DEPTH) {
      throw broken();
    }
    if (peek() == ']') {
      at++;
      return;
    }
    int place = 0;
    do {
      value(prefix + place++, depth);
    } while (more(']'));
  }

  private void value(String name, int depth) throws IOException {
    switch (peek()) {
      case '{' -> object(name + ".", depth + 1);
      case '[' -> list(name + ".", depth + 1);
      case '"' -> fields.put(name, string());
      default -> {
        String word = word();
        if (!word.equals("null")) {
          fields.put(name, word);
        }
      }
    }
  }

  private boolean more(char end) throws IOException {
    char next = peek();
    at++;
    if (next != ',' && next != end) {
      throw broken();
    }
    return next == ',';
  }

  private String word() throws IOException {
    int from = at;
    while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0
        || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    if (from == at) {
      throw broken();
    }
    return text.substring(from, at);
  }

  private String string() throws IOException {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (next() != '"') {
      char c = text.charAt(at++);
      value.append(shown(c == '\\' ? escaped() : c));
    }
    at++;
    return value.toString();
  }

  private static char shown(char c) {
    return Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c;
  }

  private char escaped() throws IOException {
    char c = next();
    at++;
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
          throw broken();
        }
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> c;
    };
  }

  private char next() throws IOException {
    if (at >= text.length()) {
      throw broken();
    }
    return text.charAt(at);
  }

  /** The next character that is no blank, 0 at the end. */
  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char c) throws IOException {
    if (peek() != c) {
      throw broken();
    }
    at++;
  }

  private IOException broken() {
    return new IOException("The node's answer is no JSON object, at character " + at);
  }
}
