package org.kiln.schema;

import java.util.List;

/** A parsed regular expression of ECMAScript. */
sealed interface EcmaNode {

  /** One character of a set. */
  record One(CharSet set) implements EcmaNode {}

  /** One after the other; the empty sequence matches the empty text. */
  record Sequence(List<EcmaNode> parts) implements EcmaNode {}

  /** Any of them. */
  record Choice(List<EcmaNode> branches) implements EcmaNode {}

  /**
   * The same again and again.
   *
   * @param most −1 for any number
   */
  record Repeat(EcmaNode body, int least, int most) implements EcmaNode {}

  /** Text that must, or must not, stand before or after here. */
  record Look(EcmaNode body, boolean ahead, boolean negated) implements EcmaNode {}

  /** A place between characters. */
  enum Edge implements EcmaNode {
    /** The beginning of the text. */
    START,
    /** The end of the text. */
    END,
    /** Between a word character and another. */
    WORD,
    /** Not there. */
    NOT_WORD
  }
}
