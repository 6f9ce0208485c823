package org.kiln.launcher;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * The entries of a properties file with the lines they stand in, which {@link Properties} forgets.
 */
final class PropertiesText {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private PropertiesText() {}

  /**
   * One entry.
   *
   * @param line the number of its first line, from 1
   */
  record Entry(int line, String key, String value) {}

  /**
   * All entries in their order, also several of one key. What cannot be read is noted and left out.
   *
   * @param origin the file's name, for the notes
   */
  static List<Entry> entries(String text, String origin, Problems problems) {
    String marked = text.isEmpty() || text.charAt(0) != BYTE_ORDER_MARK ? text : text.substring(1);
    List<Entry> entries = new ArrayList<>();
    List<String> lines = marked.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      int first = i;
      StringBuilder logical = new StringBuilder(lines.get(i));
      while (!isComment(lines.get(first)) && goesOn(lines.get(i)) && i + 1 < lines.size()) {
        i++;
        logical.append('\n').append(lines.get(i));
      }
      Properties one = new Properties();
      try {
        one.load(new StringReader(logical.toString()));
        one.forEach(
            (key, value) -> entries.add(new Entry(first + 1, key.toString(), value.toString())));
      } catch (IOException | IllegalArgumentException e) {
        problems.add(origin + " line " + (first + 1) + ": " + e.getMessage());
      }
    }
    return entries;
  }

  private static boolean isComment(String line) {
    String text = line.stripLeading();
    return text.startsWith("#") || text.startsWith("!");
  }

  /** An odd number of backslashes at the end: the next line belongs to it. */
  private static boolean goesOn(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\\') {
      end--;
    }
    return (line.length() - end) % 2 == 1;
  }
}
