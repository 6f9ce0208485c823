package org.kiln.http.one;

import org.kiln.api.ipld.Multibase;

/** Multibase with ceramic-one's words for what is none. */
final class MultibaseText {
  private static final String KNOWN = "bBfFkKzmMu";

  private MultibaseText() {}

  /** Not multibase. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  static byte[] decode(String text) throws Malformed {
    if (text.isEmpty()) {
      throw new Malformed("Invalid base string");
    }
    char base = text.charAt(0);
    if (KNOWN.indexOf(base) < 0) {
      throw new Malformed("Unknown base code: " + base);
    }
    try {
      return Multibase.decode(base == 'M' ? unpadded(text) : text);
    } catch (IllegalArgumentException e) {
      throw new Malformed("Invalid base string");
    }
  }

  /** Base64 with padding, which only readers need. */
  private static String unpadded(String text) {
    int end = text.length();
    while (end > text.length() - 2 && text.charAt(end - 1) == '=') {
      end--;
    }
    return "m" + text.substring(1, end);
  }
}
