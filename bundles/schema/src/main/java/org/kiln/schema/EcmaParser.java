package org.kiln.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.kiln.schema.EcmaNode.Choice;
import org.kiln.schema.EcmaNode.Edge;
import org.kiln.schema.EcmaNode.Look;
import org.kiln.schema.EcmaNode.One;
import org.kiln.schema.EcmaNode.Repeat;
import org.kiln.schema.EcmaNode.Sequence;

/**
 * Reads regular expressions as ECMAScript does: with the {@code u} flag as the {@code pattern}
 * keyword does, or without it, and then as leniently as browsers, to see whether a text is an
 * expression.
 *
 * @see <a href="https://tc39.es/ecma262/#sec-patterns">ECMA-262, Patterns</a>
 */
final class EcmaParser {
  private static final int MAX_NESTING = 200;

  private final int[] source;
  private final boolean unicode;
  private int at;
  private int nesting;
  private int groups;
  private boolean references;

  EcmaParser(String source, boolean unicode) {
    this.source = source.codePoints().toArray();
    this.unicode = unicode;
  }

  EcmaNode parse() throws SchemaException {
    EcmaNode node = choice();
    if (at < source.length) {
      throw bad("Unmatched ')'");
    }
    return node;
  }

  /** Whether it refers back to a group, which needs another kind of matching than ours. */
  boolean hasReferences() {
    return references;
  }

  private EcmaNode choice() throws SchemaException {
    if (++nesting > MAX_NESTING) {
      throw bad("nested too deeply");
    }
    List<EcmaNode> branches = new ArrayList<>(1);
    do {
      List<EcmaNode> parts = new ArrayList<>();
      while (at < source.length && peek() != '|' && peek() != ')') {
        parts.add(term());
      }
      branches.add(parts.size() == 1 ? parts.get(0) : new Sequence(parts));
    } while (take('|'));
    nesting--;
    return branches.size() == 1 ? branches.get(0) : new Choice(branches);
  }

  private EcmaNode term() throws SchemaException {
    int c = source[at++];
    boolean repeatable = true;
    EcmaNode atom;
    switch (c) {
      case '^', '$' -> {
        atom = c == '^' ? Edge.START : Edge.END;
        repeatable = false;
      }
      case '(' -> {
        atom = group();
        repeatable = !(atom instanceof Look look) || look.ahead() && !unicode;
      }
      case '.' -> atom = new One(CharSet.NOT_LINE_END);
      case '[' -> atom = new One(charClass());
      case '\\' -> {
        atom = escape();
        repeatable = !(atom instanceof Edge);
      }
      case '*', '+', '?' -> throw bad("Nothing to repeat");
      case '{' -> {
        at--;
        if (unicode || quantifier() != null) {
          throw bad("Nothing to repeat");
        }
        at++;
        atom = new One(CharSet.of(c));
      }
      case ']', '}' -> {
        if (unicode) {
          throw bad("Lone quantifier brackets");
        }
        atom = new One(CharSet.of(c));
      }
      default -> atom = new One(CharSet.of(c));
    }
    int[] bounds = quantifier();
    if (bounds == null) {
      return atom;
    }
    if (!repeatable) {
      throw bad("Nothing to repeat");
    }
    return new Repeat(atom, bounds[0], bounds[1]);
  }

  /** Least and most, null when there is no quantifier here. */
  private int[] quantifier() throws SchemaException {
    if (at == source.length) {
      return null;
    }
    int[] bounds =
        switch (peek()) {
          case '*' -> new int[] {0, -1};
          case '+' -> new int[] {1, -1};
          case '?' -> new int[] {0, 1};
          case '{' -> null;
          default -> new int[0];
        };
    if (bounds == null) {
      bounds = braces();
      if (bounds == null) {
        if (unicode) {
          throw bad("Incomplete quantifier");
        }
        return null;
      }
    } else if (bounds.length == 0) {
      return null;
    } else {
      at++;
    }
    take('?');
    return bounds;
  }

  private int[] braces() throws SchemaException {
    int start = at;
    at++;
    int least = number();
    int most = least;
    if (least >= 0 && take(',')) {
      most = peekIs('}') ? -1 : number();
      if (most < 0 && !peekIs('}')) {
        least = -1;
      }
    }
    if (least < 0 || !take('}')) {
      at = start;
      return null;
    }
    if (most >= 0 && most < least) {
      throw bad("numbers out of order in {} quantifier");
    }
    return new int[] {least, most};
  }

  /** Digits, −1 when there are none; more than a billion counts as that. */
  private int number() {
    int start = at;
    long value = 0;
    while (at < source.length && peek() >= '0' && peek() <= '9') {
      value = Math.min(1_000_000_000L, value * 10 + source[at++] - '0');
    }
    return at == start ? -1 : (int) value;
  }

  private EcmaNode group() throws SchemaException {
    boolean look = false;
    boolean ahead = true;
    boolean negated = false;
    if (take('?')) {
      if (take(':')) {
        // Only a group.
      } else if (take('=')) {
        look = true;
      } else if (take('!')) {
        look = true;
        negated = true;
      } else if (take('<')) {
        ahead = false;
        if (take('=')) {
          look = true;
        } else if (take('!')) {
          look = true;
          negated = true;
        } else {
          groupName();
        }
      } else {
        throw bad("Invalid group");
      }
    } else {
      groups++;
    }
    EcmaNode body = choice();
    if (!take(')')) {
      throw bad("Unterminated group");
    }
    return look ? new Look(body, ahead, negated) : body;
  }

  private void groupName() throws SchemaException {
    int start = at;
    while (at < source.length && peek() != '>') {
      int c = source[at++];
      boolean fits =
          c == '$'
              || (at - 1 == start
                  ? isStart(c)
                  : isStart(c) || Character.isUnicodeIdentifierPart(c));
      if (!fits) {
        throw bad("Invalid capture group name");
      }
    }
    if (at == start || !take('>')) {
      throw bad("Invalid capture group name");
    }
    groups++;
  }

  private static boolean isStart(int c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c);
  }

  private EcmaNode escape() throws SchemaException {
    if (at == source.length) {
      throw bad("\\ at end of pattern");
    }
    int c = peek();
    if (c == 'b' || c == 'B') {
      at++;
      return c == 'b' ? Edge.WORD : Edge.NOT_WORD;
    }
    if (c >= '1' && c <= '9' || c == 'k' && (unicode || countGroups(true) > 0)) {
      references = true;
      at++;
      if (c == 'k') {
        if (!take('<')) {
          throw bad("Invalid named reference");
        }
        int before = groups;
        groupName();
        groups = before;
      } else {
        at--;
        int number = number();
        if (unicode && number > countGroups(false)) {
          throw bad("Invalid escape");
        }
      }
      return new Sequence(List.of());
    }
    CharSet set = classEscape();
    return new One(set != null ? set : CharSet.of(character(false)));
  }

  /** All groups of the expression that capture, or only those with names, also those after here. */
  private int countGroups(boolean namedOnly) {
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

  /** The set after a backslash; null, with nothing taken, when it stands for one character. */
  private CharSet classEscape() throws SchemaException {
    int c = peek();
    CharSet set =
        switch (c) {
          case 'd', 'D' -> new CharSet().add(CharSet.DIGIT::contains);
          case 'w', 'W' -> new CharSet().add(CharSet.WORD::contains);
          case 's', 'S' -> new CharSet().add(CharSet.SPACE::contains);
          case 'p', 'P' -> unicode ? property() : null;
          default -> null;
        };
    if (set == null) {
      return null;
    }
    if (c != 'p' && c != 'P') {
      at++;
    }
    return c >= 'A' && c <= 'Z' ? set.negate() : set;
  }

  private CharSet property() throws SchemaException {
    at++;
    StringBuilder name = new StringBuilder();
    if (!take('{')) {
      throw bad("Invalid property name");
    }
    while (at < source.length && peek() != '}') {
      name.appendCodePoint(source[at++]);
    }
    IntPredicate found = UnicodeProperty.named(name.toString());
    if (!take('}') || found == null) {
      throw bad("Invalid property name");
    }
    return new CharSet().add(found);
  }

  /** The one character after a backslash. */
  private int character(boolean inClass) throws SchemaException {
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

  private CharSet charClass() throws SchemaException {
    boolean negated = take('^');
    CharSet set = new CharSet();
    while (!peekIs(']')) {
      CharSet first = classAtomSet();
      int from = first == null ? classCharacter() : -1;
      boolean range = peekIs('-') && at + 1 < source.length && source[at + 1] != ']';
      if (!range) {
        add(set, first, from);
        continue;
      }
      at++;
      CharSet second = classAtomSet();
      int to = second == null ? classCharacter() : -1;
      if (from >= 0 && to >= 0) {
        if (to < from) {
          throw bad("Range out of order in character class");
        }
        set.range(from, to);
      } else if (unicode) {
        throw bad("Invalid character class");
      } else {
        add(set, first, from);
        add(set, second, to);
        set.range('-', '-');
      }
    }
    at++;
    return negated ? set.negate() : set;
  }

  private static void add(CharSet set, CharSet other, int codePoint) {
    if (other != null) {
      set.add(other::contains);
    } else {
      set.range(codePoint, codePoint);
    }
  }

  private CharSet classAtomSet() throws SchemaException {
    if (!peekIs('\\') || at + 1 >= source.length) {
      return null;
    }
    at++;
    CharSet set = classEscape();
    if (set == null) {
      at--;
    }
    return set;
  }

  private int classCharacter() throws SchemaException {
    if (at >= source.length) {
      throw bad("Unterminated character class");
    }
    int c = source[at++];
    if (c != '\\') {
      return c;
    }
    if (at >= source.length) {
      throw bad("\\ at end of pattern");
    }
    if (take('b')) {
      return '\b';
    }
    return character(true);
  }

  private int peek() {
    return source[at];
  }

  private boolean peekIs(int c) {
    if (at >= source.length) {
      return false;
    }
    return source[at] == c;
  }

  private boolean take(int c) {
    if (!peekIs(c)) {
      return false;
    }
    at++;
    return true;
  }

  private SchemaException bad(String why) {
    String text = new String(source, 0, Math.min(source.length, 200));
    return new SchemaException("Invalid regular expression: /" + text + "/: " + why);
  }
}
