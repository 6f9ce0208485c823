package org.kiln.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.kiln.api.http.HttpProblem;

/** Percent-encoding of URLs, strict: bad escapes, bad UTF-8 and NULs are the client's fault. */
final class PercentCoding {
  private PercentCoding() {}

  /**
   * Decodes a piece of a URL.
   *
   * @param plusIsSpace as in a query string
   * @throws HttpProblem 400 when it cannot be
   */
  static String decode(String text, boolean plusIsSpace) throws HttpProblem {
    boolean plain = text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0);
    String decoded = plain ? text : decodeEscapes(text, plusIsSpace);
    if (decoded.indexOf('\0') >= 0) {
      throw bad("a NUL");
    }
    return decoded;
  }

  private static String decodeEscapes(String text, boolean plusIsSpace) throws HttpProblem {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()) {
          throw bad("a cut percent escape");
        }
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          throw bad("a bad percent escape");
        }
        out.write(high << 4 | low);
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        out.write(' ');
      } else {
        out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(out.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw bad("escapes that are not UTF-8");
    }
  }

  private static HttpProblem bad(String what) {
    return new HttpProblem(400, "bad-url", "The URL contains " + what);
  }
}
