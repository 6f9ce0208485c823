package org.kiln.api.feed;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kiln.api.feed.FeedException.Reason;

/**
 * A place in a node's journal: behind everything up to a position, before everything after it. Both
 * feeds share the positions, so a token of one may be used with the other. Tokens of one journal
 * rise strictly; those of different journals cannot be compared.
 *
 * @param journal which journal: random, made when the journal is begun
 * @param position the position of the last entry taken; 0 for the beginning
 */
public record ResumeToken(long journal, long position) implements Comparable<ResumeToken> {
  private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})-(0|[1-9][0-9]{0,17})");

  /** Checks the position. */
  public ResumeToken {
    if (position < 0) {
      throw new IllegalArgumentException("The position of a resume token is negative: " + position);
    }
  }

  /**
   * Reads the text that {@link #toString} makes.
   *
   * @throws FeedException MALFORMED when it is something else
   */
  public static ResumeToken parse(String text) throws FeedException {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new FeedException(
          Reason.MALFORMED,
          "A resume token is 16 hexadecimal digits, a hyphen and a number, for example"
              + " 00c0ffee00c0ffee-17; give one that a feed has handed out.");
    }
    return new ResumeToken(
        HexFormat.fromHexDigitsToLong(parts.group(1)), Long.parseLong(parts.group(2)));
  }

  /** The same journal, at another position. */
  public ResumeToken at(long newPosition) {
    return new ResumeToken(journal, newPosition);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the other is of another journal
   */
  @Override
  public int compareTo(ResumeToken other) {
    if (journal != other.journal) {
      throw new IllegalArgumentException(
          "Resume tokens of two journals have no order: " + this + " and " + other);
    }
    return Long.compare(position, other.position);
  }

  /** Sixteen lower-case hexadecimal digits, a hyphen, and the position in decimal. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(journal) + "-" + position;
  }
}
