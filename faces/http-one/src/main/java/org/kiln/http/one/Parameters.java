package org.kiln.http.one;

import java.util.Optional;
import java.util.OptionalInt;
import org.kiln.api.http.HttpCall;

/** Numbers among the parameters of a URL, with ceramic-one's words for what is none. */
final class Parameters {
  private Parameters() {}

  /** A number of 32 bits. */
  static OptionalInt number(HttpCall call, String name) throws Refusal {
    Optional<String> text = call.query(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(text.get()));
    } catch (NumberFormatException e) {
      throw Refusal.unparsable(
          "Couldn't parse query parameter "
              + name
              + " - doesn't match schema: "
              + (text.get().isEmpty()
                  ? "cannot parse integer from empty string"
                  : digits(text.get())
                      ? "number too large to fit in target type"
                      : "invalid digit found in string"));
    }
  }

  static boolean digits(String text) {
    return text.matches("[+-]?[0-9]{1,64}");
  }

  /** Whether the text is a number of 64 bits, and if not why. */
  static long token(String text) throws Refusal {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      String kind =
          text.isEmpty()
              ? "Empty"
              : !digits(text)
                  ? "InvalidDigit"
                  : text.startsWith("-") ? "NegOverflow" : "PosOverflow";
      throw Refusal.invalid(
          "Invalid resume token '"
              + shortened(text)
              + "'. Invalid highwater value (should be an integer): ParseIntError { kind: "
              + kind
              + " }");
    }
  }

  static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
