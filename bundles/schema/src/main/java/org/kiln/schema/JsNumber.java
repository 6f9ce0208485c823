package org.kiln.schema;

import java.math.BigDecimal;

/** Numbers as JavaScript writes them. */
public final class JsNumber {
  private JsNumber() {}

  /** What {@code String(value)} gives: 1, 0.1, 1e+21, 1e-7. */
  public static String text(double value) {
    if (value == 0) {
      return "0";
    }
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    String sign = value < 0 ? "-" : "";
    if (point > 21 || point < -5) {
      int exponent = point - 1;
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      String shown = (exponent < 0 ? "e-" : "e+") + Math.abs(exponent);
      return sign + digits.charAt(0) + fraction + shown;
    }
    if (point <= 0) {
      return sign + "0." + "0".repeat(-point) + digits;
    }
    if (digits.length() <= point) {
      return sign + digits + "0".repeat(point - digits.length());
    }
    return sign + digits.substring(0, point) + "." + digits.substring(point);
  }
}
