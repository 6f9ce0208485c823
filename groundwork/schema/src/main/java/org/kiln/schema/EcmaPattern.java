package org.kiln.schema;

/**
 * A regular expression of ECMAScript that only answers whether a text contains a match. No
 * expression and no text can make it slow: time is at most the length of the text times the size of
 * the expression, lookarounds included. Thread-safe.
 */
final class EcmaPattern {
  /** Instructions an expression may compile to, counted repetitions written out. */
  private static final int MAX_SIZE = 20_000;

  private final EcmaProgram program;
  private final int size;

  private EcmaPattern(EcmaProgram program, int size) {
    this.program = program;
    this.size = size;
  }

  /**
   * Compiles the value of a {@code pattern} keyword.
   *
   * @throws SchemaException when it is no expression, refers back to a group, or is too large
   */
  static EcmaPattern compile(String source) throws SchemaException {
    EcmaParser parser = new EcmaParser(source, true);
    EcmaNode node = parser.parse();
    if (parser.hasReferences()) {
      throw new SchemaException("References in regular expressions are not supported: " + source);
    }
    EcmaProgram.Writer writer = new EcmaProgram.Writer(MAX_SIZE);
    EcmaProgram program = writer.write(node, true);
    return new EcmaPattern(program, writer.size());
  }

  /** Whether the text is an expression without the {@code u} flag. */
  static boolean isExpression(String source) {
    try {
      new EcmaParser(source, false).parse();
      return true;
    } catch (SchemaException e) {
      return false;
    }
  }

  /** Whether the text contains a match. */
  boolean find(String text, Budget budget) {
    budget.spend(1);
    return new EcmaWalk(text, budget).matches(program, 0, !program.anchored());
  }

  /** How many instructions it takes. */
  int size() {
    return size;
  }
}
