package org.kiln.api.did;

import java.util.regex.Pattern;

/**
 * A decentralized identifier without query and fragment.
 *
 * @param value the text, for example {@code did:key:z6Mk…}
 * @see <a href="https://www.w3.org/TR/did-core/#did-syntax">DID syntax</a>
 */
public record Did(String value) {
  /** Longest text accepted, in characters. */
  public static final int MAX_LENGTH = 2048;

  private static final Pattern SYNTAX = Pattern.compile("did:[a-z0-9]+:[A-Za-z0-9._:%@-]+");

  /** Checks the syntax. */
  public Did {
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("DID of " + value.length() + " characters is too long");
    }
    if (!SYNTAX.matcher(value).matches()) {
      throw new IllegalArgumentException("Not a DID: " + value);
    }
  }

  /** The method's name, for example {@code key}. */
  public String method() {
    return value.substring(4, value.indexOf(':', 4));
  }

  /** What follows the method's name. */
  public String identifier() {
    return value.substring(value.indexOf(':', 4) + 1);
  }

  @Override
  public String toString() {
    return value;
  }
}
