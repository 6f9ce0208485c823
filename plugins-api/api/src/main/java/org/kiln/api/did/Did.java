package org.kiln.api.did;

/**
 * A decentralized identifier without query and fragment.
 *
 * @param value the text, for example {@code did:key:z6Mk…}
 * @see <a href="https://www.w3.org/TR/did-core/#did-syntax">DID syntax</a>
 */
public record Did(String value) {
  /** Longest text accepted, in characters. */
  public static final int MAX_LENGTH = 2048;

  private static final String SCHEME = "did:";

  /** Checks the syntax. */
  public Did {
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("DID of " + value.length() + " characters is too long");
    }
    if (!isDid(value)) {
      throw new IllegalArgumentException("Not a DID: " + value);
    }
  }

  /** {@code did:[a-z0-9]+:[A-Za-z0-9._:%@-]+}; asked of every signature, so by hand. */
  private static boolean isDid(String text) {
    int colon = text.indexOf(':', SCHEME.length());
    if (!text.startsWith(SCHEME) || colon <= SCHEME.length() || colon + 1 == text.length()) {
      return false;
    }
    for (int i = SCHEME.length(); i < colon; i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z' || isDigit(c))) {
        return false;
      }
    }
    for (int i = colon + 1; i < text.length(); i++) {
      if (!isOfIdentifier(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfIdentifier(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || isDigit(c)
        || c == ':'
        || c == '.'
        || c == '_'
        || c == '%'
        || c == '@'
        || c == '-';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
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
