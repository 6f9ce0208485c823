package org.kiln.schema;

/** The characters of an expression's source, and those that a backslash stands before. */
final class EcmaReader {
  private final int[] source;
  private final boolean unicode;
  private int at;

  /** How many groups there are, once somebody has asked; −1 before. */
  private int groups = -1;

  private int namedGroups = -1;

  EcmaReader(String source, boolean unicode) {
    this.source = source.codePoints().toArray();
    this.unicode = unicode;
  }

  int at() {
    return at;
  }

  void back(int place) {
    at = place;
  }

  boolean over() {
    return at >= source.length;
  }

  int read() {
    return source[at++];
  }

  void skip() {
    at++;
  }

  /** The character that many after the next; −1 beyond the end. */
  int after(int count) {
    return at + count < source.length ? source[at + count] : -1;
  }

  int peek() {
    return source[at];
  }

  boolean peekIs(int c) {
    if (at >= source.length) {
      return false;
    }
    return source[at] == c;
  }

  boolean take(int c) {
    if (!peekIs(c)) {
      return false;
    }
    at++;
    return true;
  }

  /** Digits, −1 when there are none; more than a billion counts as that. */
  int number() {
    int start = at;
    long value = 0;
    while (at < source.length && peek() >= '0' && peek() <= '9') {
      value = Math.min(1_000_000_000L, value * 10 + source[at++] - '0');
    }
    return at == start ? -1 : (int) value;
  }

  /** The one character after a backslash. */
  int character(boolean inClass) throws SchemaException {
    int c = source[at++];
    switch (c) {
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'v':
        return 0x0b;
      case 'f':
        return '\f';
      case 'r':
        return '\r';
      case 'c':
        if (at < source.length && Character.isLetter(peek()) && peek() < 128) {
          return source[at++] % 32;
        }
        break;
      case '0':
        if (at == source.length || peek() < '0' || peek() > '9') {
          return 0;
        }
        break;
      case 'x':
        int two = hex(2);
        if (two >= 0) {
          return two;
        }
        break;
      case 'u':
        int point = unicodeEscape();
        if (point >= 0) {
          return point;
        }
        break;
      default:
        boolean plain = unicode ? "^$\\.*+?()[]{}|/".indexOf(c) >= 0 || inClass && c == '-' : true;
        if (plain) {
          return c;
        }
    }
    if (unicode) {
      throw bad("Invalid escape");
    }
    return c;
  }

  private int unicodeEscape() throws SchemaException {
    if (unicode && take('{')) {
      int value = 0;
      int start = at;
      while (at < source.length && Character.digit(peek(), 16) >= 0 && value <= 0x10ffff) {
        value = value * 16 + Character.digit(source[at++], 16);
      }
      if (at == start || value > 0x10ffff || !take('}')) {
        throw bad("Invalid Unicode escape");
      }
      return value;
    }
    int high = hex(4);
    if (unicode && high >= 0xd800 && high < 0xdc00 && peekIs('\\')) {
      int back = at;
      at++;
      int low = take('u') ? hex(4) : -1;
      if (low >= 0xdc00 && low < 0xe000) {
        return Character.toCodePoint((char) high, (char) low);
      }
      at = back;
    }
    return high;
  }

  private int hex(int digits) {
    if (at + digits > source.length) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = source[at + i] < 128 ? Character.digit(source[at + i], 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    at += digits;
    return value;
  }

  /** All groups that capture, or only those with names, before and after here. */
  int countGroups(boolean namedOnly) {
    int known = namedOnly ? namedGroups : groups;
    if (known < 0) {
      known = count(namedOnly);
      if (namedOnly) {
        namedGroups = known;
      } else {
        groups = known;
      }
    }
    return known;
  }

  private int count(boolean namedOnly) {
    int count = 0;
    boolean inClass = false;
    for (int i = 0; i < source.length; i++) {
      switch (source[i]) {
        case '\\' -> i++;
        case '[' -> inClass = true;
        case ']' -> inClass = false;
        case '(' -> {
          boolean plain = i + 1 >= source.length || source[i + 1] != '?';
          boolean named =
              i + 3 < source.length
                  && source[i + 1] == '?'
                  && source[i + 2] == '<'
                  && source[i + 3] != '='
                  && source[i + 3] != '!';
          count += !inClass && (plain && !namedOnly || named) ? 1 : 0;
        }
        default -> {
          // Any other character opens no group.
        }
      }
    }
    return count;
  }

  SchemaException bad(String why) {
    String text = new String(source, 0, Math.min(source.length, 200));
    return new SchemaException("Invalid regular expression: /" + text + "/: " + why);
  }
}
