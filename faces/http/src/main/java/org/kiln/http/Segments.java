package org.kiln.http;

/** The segments of a path. */
final class Segments {
  /** More segments than any route has. */
  static final int MAX = 16;

  private Segments() {}

  /**
   * Splits {@code /a/b/} into {@code a, b}; null when the path does not begin with a slash or has
   * more than {@link #MAX} segments. Inner empty segments stay, and match nothing fixed.
   */
  static String[] split(String path) {
    int end = path.length();
    if (end == 0 || path.charAt(0) != '/') {
      return null;
    }
    if (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    String[] found = new String[MAX];
    int count = 0;
    int from = 1;
    while (from < end) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 || slash > end ? end : slash;
      if (count == MAX) {
        return null;
      }
      found[count++] = path.substring(from, to);
      from = to + 1;
    }
    String[] segments = new String[count];
    System.arraycopy(found, 0, segments, 0, count);
    return segments;
  }
}
