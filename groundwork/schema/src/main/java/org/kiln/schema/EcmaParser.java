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

  /** Characters and sets of them, each of which takes at least one instruction. */
  private static final int MAX_ATOMS = 20_000;

  private final EcmaReader in;
  private final boolean unicode;

  /** Whether the expression is wanted, rather than only whether it is one. */
  private final boolean keeps;

  private int nesting;
  private int atoms;
  private boolean references;

  EcmaParser(String source, boolean unicode) {
    this.in = new EcmaReader(source, unicode);
    this.unicode = unicode;
    this.keeps = unicode;
  }

  EcmaNode parse() throws SchemaException {
    EcmaNode node = choice();
    if (!in.over()) {
      throw in.bad("Unmatched ')'");
    }
    return node;
  }

  /** Whether it refers back to a group, which needs another kind of matching than ours. */
  boolean hasReferences() {
    return references;
  }

  private EcmaNode choice() throws SchemaException {
    if (++nesting > MAX_NESTING) {
      throw in.bad("nested too deeply");
    }
    List<EcmaNode> branches = new ArrayList<>(1);
    do {
      List<EcmaNode> parts = new ArrayList<>();
      while (!in.over() && in.peek() != '|' && in.peek() != ')') {
        EcmaNode term = term();
        if (keeps) {
          parts.add(term);
        }
      }
      branches.add(parts.size() == 1 ? parts.get(0) : new Sequence(parts));
    } while (in.take('|'));
    nesting--;
    return branches.size() == 1 ? branches.get(0) : new Choice(branches);
  }

  private EcmaNode one(int c) throws SchemaException {
    return one(keeps ? CharSet.of(c) : CharSet.WORD);
  }

  private EcmaNode one(CharSet set) throws SchemaException {
    if (keeps && ++atoms > MAX_ATOMS) {
      throw new SchemaException("Regular expression is too large");
    }
    return new One(set);
  }

  private EcmaNode term() throws SchemaException {
    int c = in.read();
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
      case '.' -> atom = one(CharSet.NOT_LINE_END);
      case '[' -> atom = one(charClass());
      case '\\' -> {
        atom = escape();
        repeatable = !(atom instanceof Edge);
      }
      case '*', '+', '?' -> throw in.bad("Nothing to repeat");
      case '{' -> {
        in.back(in.at() - 1);
        if (unicode || quantifier() != null) {
          throw in.bad("Nothing to repeat");
        }
        in.skip();
        atom = one(c);
      }
      case ']', '}' -> {
        if (unicode) {
          throw in.bad("Lone quantifier brackets");
        }
        atom = one(c);
      }
      default -> atom = one(c);
    }
    int[] bounds = quantifier();
    if (bounds == null) {
      return atom;
    }
    if (!repeatable) {
      throw in.bad("Nothing to repeat");
    }
    return new Repeat(atom, bounds[0], bounds[1]);
  }

  /** Least and most, null when there is no quantifier here. */
  private int[] quantifier() throws SchemaException {
    if (in.over()) {
      return null;
    }
    int[] bounds =
        switch (in.peek()) {
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
          throw in.bad("Incomplete quantifier");
        }
        return null;
      }
    } else if (bounds.length == 0) {
      return null;
    } else {
      in.skip();
    }
    in.take('?');
    return bounds;
  }

  private int[] braces() throws SchemaException {
    int start = in.at();
    in.skip();
    int least = in.number();
    int most = least;
    if (least >= 0 && in.take(',')) {
      most = in.peekIs('}') ? -1 : in.number();
      if (most < 0 && !in.peekIs('}')) {
        least = -1;
      }
    }
    if (least < 0 || !in.take('}')) {
      in.back(start);
      return null;
    }
    if (most >= 0 && most < least) {
      throw in.bad("numbers out of order in {} quantifier");
    }
    return new int[] {least, most};
  }

  private EcmaNode group() throws SchemaException {
    boolean look = false;
    boolean ahead = true;
    boolean negated = false;
    if (in.take('?')) {
      if (in.take(':')) {
        // Only a group.
      } else if (in.take('=')) {
        look = true;
      } else if (in.take('!')) {
        look = true;
        negated = true;
      } else if (in.take('<')) {
        ahead = false;
        if (in.take('=')) {
          look = true;
        } else if (in.take('!')) {
          look = true;
          negated = true;
        } else {
          groupName();
        }
      } else {
        throw in.bad("Invalid group");
      }
    } else {
    }
    EcmaNode body = choice();
    if (!in.take(')')) {
      throw in.bad("Unterminated group");
    }
    return look ? new Look(body, ahead, negated) : body;
  }

  private void groupName() throws SchemaException {
    int start = in.at();
    while (!in.over() && in.peek() != '>') {
      int c = in.read();
      boolean fits =
          c == '$'
              || (in.at() - 1 == start
                  ? isStart(c)
                  : isStart(c) || Character.isUnicodeIdentifierPart(c));
      if (!fits) {
        throw in.bad("Invalid capture group name");
      }
    }
    if (in.at() == start || !in.take('>')) {
      throw in.bad("Invalid capture group name");
    }
  }

  private static boolean isStart(int c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c);
  }

  private EcmaNode escape() throws SchemaException {
    if (in.over()) {
      throw in.bad("\\ at end of pattern");
    }
    int c = in.peek();
    if (c == 'b' || c == 'B') {
      in.skip();
      return c == 'b' ? Edge.WORD : Edge.NOT_WORD;
    }
    if (c >= '1' && c <= '9' || c == 'k' && (unicode || in.countGroups(true) > 0)) {
      references = true;
      in.skip();
      if (c == 'k') {
        if (!in.take('<')) {
          throw in.bad("Invalid named reference");
        }
        groupName();
      } else {
        in.back(in.at() - 1);
        int number = in.number();
        if (unicode && number > in.countGroups(false)) {
          throw in.bad("Invalid escape");
        }
      }
      return new Sequence(List.of());
    }
    CharSet set = classEscape();
    return set != null ? one(set) : one(in.character(false));
  }

  /** The set after a backslash; null, with nothing taken, when it stands for one character. */
  private CharSet classEscape() throws SchemaException {
    int c = in.peek();
    CharSet set =
        switch (c) {
          case 'd', 'D' -> CharSet.named("d", CharSet.DIGIT::contains);
          case 'w', 'W' -> CharSet.named("w", CharSet.WORD::contains);
          case 's', 'S' -> CharSet.named("s", CharSet.SPACE::contains);
          case 'p', 'P' -> unicode ? property() : null;
          default -> null;
        };
    if (set == null) {
      return null;
    }
    if (c != 'p' && c != 'P') {
      in.skip();
    }
    return c >= 'A' && c <= 'Z' ? set.negate() : set;
  }

  private CharSet property() throws SchemaException {
    in.skip();
    StringBuilder name = new StringBuilder();
    if (!in.take('{')) {
      throw in.bad("Invalid property name");
    }
    while (!in.over() && in.peek() != '}') {
      name.appendCodePoint(in.read());
    }
    IntPredicate found = UnicodeProperty.named(name.toString());
    if (!in.take('}') || found == null) {
      throw in.bad("Invalid property name");
    }
    return CharSet.named("p" + name, found);
  }

  private CharSet charClass() throws SchemaException {
    boolean negated = in.take('^');
    CharSet set = new CharSet();
    while (!in.peekIs(']')) {
      CharSet first = classAtomSet();
      int from = first == null ? classCharacter() : -1;
      boolean range = in.peekIs('-') && in.after(1) >= 0 && in.after(1) != ']';
      if (!range) {
        add(set, first, from);
        continue;
      }
      in.skip();
      CharSet second = classAtomSet();
      int to = second == null ? classCharacter() : -1;
      if (from >= 0 && to >= 0) {
        if (to < from) {
          throw in.bad("Range out of order in character class");
        }
        range(set, from, to);
      } else if (unicode) {
        throw in.bad("Invalid character class");
      } else {
        add(set, first, from);
        add(set, second, to);
        range(set, '-', '-');
      }
    }
    in.skip();
    set.finish();
    return negated ? set.negate() : set;
  }

  private void add(CharSet set, CharSet other, int codePoint) {
    if (other != null) {
      set.add(other);
    } else {
      range(set, codePoint, codePoint);
    }
  }

  private void range(CharSet set, int from, int to) {
    if (keeps) {
      set.range(from, to);
    }
  }

  private CharSet classAtomSet() throws SchemaException {
    if (!in.peekIs('\\') || in.after(1) < 0) {
      return null;
    }
    in.skip();
    CharSet set = classEscape();
    if (set == null) {
      in.back(in.at() - 1);
    }
    return set;
  }

  private int classCharacter() throws SchemaException {
    if (in.over()) {
      throw in.bad("Unterminated character class");
    }
    int c = in.read();
    if (c != '\\') {
      return c;
    }
    if (in.over()) {
      throw in.bad("\\ at end of pattern");
    }
    if (in.take('b')) {
      return '\b';
    }
    return in.character(true);
  }
}
