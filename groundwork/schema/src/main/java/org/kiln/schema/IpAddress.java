package org.kiln.schema;

/** Internet addresses as texts. */
final class IpAddress {
  /** Four numbers of three digits. */
  private static final int MAX_V4 = 15;

  /** Eight groups of four digits, the last two perhaps as four numbers. */
  private static final int MAX_V6 = 6 * 5 + MAX_V4;

  private IpAddress() {}

  /**
   * Four numbers up to 255.
   *
   * @param zeros whether a number may begin with zeros
   */
  static boolean isV4(String text, boolean zeros) {
    String[] numbers = text.length() <= MAX_V4 ? text.split("\\.", -1) : new String[0];
    if (numbers.length != 4) {
      return false;
    }
    for (String number : numbers) {
      boolean digits = number.length() <= 3 && isAll(number, 10);
      if (!digits
          || Integer.parseInt(number) > 255
          || !zeros && number.length() > 1 && number.charAt(0) == '0') {
        return false;
      }
    }
    return true;
  }

  /**
   * Eight groups, a run of them written as two colons, the last two perhaps as four numbers.
   *
   * @param zeros whether one of the four numbers may begin with zeros
   */
  static boolean isV6(String text, boolean zeros) {
    if (text.length() > MAX_V6) {
      return false;
    }
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true, zeros) == 8;
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    int before = gap == 0 ? 0 : groups(text.substring(0, gap), false, zeros);
    String tail = text.substring(gap + 2);
    int after = tail.isEmpty() ? 0 : groups(tail, true, zeros);
    return before >= 0 && after >= 0 && before + after <= 7;
  }

  /** How many groups of 16 bits, −1 when it is not well-formed. */
  private static int groups(String text, boolean last, boolean zeros) {
    String[] groups = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < groups.length; i++) {
      String group = groups[i];
      if (group.indexOf('.') >= 0) {
        if (!last || i < groups.length - 1 || !isV4(group, zeros)) {
          return -1;
        }
        count += 2;
      } else if (group.length() <= 4 && isAll(group, 16)) {
        count++;
      } else {
        return -1;
      }
    }
    return count;
  }

  private static boolean isAll(String text, int radix) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127 || Character.digit(text.charAt(i), radix) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
