package org.kiln.schema;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The formats js-ceramic asserts, as strict and as lenient as there. */
final class Formats {
  private static final Pattern DATE = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})");
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{2}):([0-9]{2}):([0-9]{2})(\\.[0-9]+)?([zZ]|[+-][0-9]{2}(?::?[0-9]{2})?)?");
  private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private static final String ALNUM = "[A-Za-z0-9]";
  private static final String LABEL = ALNUM + "(?:[A-Za-z0-9\\-]{0,61}" + ALNUM + ")?";
  private static final String ATOM = "[A-Za-z0-9!#$%&'*+\\/=?\\^_`\\{\\|\\}~\\-]+";
  private static final String HEX = "[0-9A-Fa-f]";
  private static final String POINTER = "(?:\\/(?:[^~\\/]|~0|~1)*)*";
  private static final String VARIABLE =
      "(?:[A-Za-z0-9_]|%" + HEX + "{2})+(?::[1-9][0-9]{0,3}|\\*)?";
  private static final String HOST_CHARS = "[A-Za-z0-9\u00a1-\uffff]+";
  private static final String DOTTED =
      "(?:[1-9]\\d?|1\\d\\d|2[01]\\d|22[0-3])(?:\\.(?:1?\\d{1,2}|2[0-4]\\d|25[0-5])){2}"
          + "\\.(?:[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-4])";
  private static final String PRIVATE =
      "(?!(?:10|127)(?:\\.\\d{1,3}){3})(?!(?:169\\.254|192\\.168)(?:\\.\\d{1,3}){2})"
          + "(?!172\\.(?:1[6-9]|2\\d|3[01])(?:\\.\\d{1,3}){2})";

  private static final Set<String> NUMBERS = Set.of("int32", "int64", "float", "double");
  private static final Set<String> UNCHECKED = Set.of("password", "binary");

  private static final Map<String, Check> STRINGS =
      Map.ofEntries(
          Map.entry("date", read(Formats::isDate)),
          Map.entry("time", read(Formats::isTime)),
          Map.entry("date-time", read(Formats::isDateTime)),
          Map.entry(
              "duration",
              whole(
                  "P(?!$)(?:(?:\\d+Y)?(?:\\d+M)?(?:\\d+D)?"
                      + "(?:T(?=\\d)(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?)?|(?:\\d+W)?)")),
          Map.entry("uri", read(UriSyntax::isUri)),
          Map.entry("uri-reference", read(UriSyntax::isReference)),
          Map.entry(
              "uri-template",
              whole(
                  "(?:[^\\u0000-\\u0020\"'<>%\\\\\\^`\\{\\|\\}]|%"
                      + HEX
                      + "{2}|\\{[+#.\\/;?&=,!@\\|]?"
                      + VARIABLE
                      + "(?:,"
                      + VARIABLE
                      + ")*\\})*")),
          Map.entry(
              "url",
              whole(
                  "(?:[Hh][Tt][Tt][Pp][Ss]?|[Ff][Tt][Pp]):\\/\\/(?:\\S+@)?(?:"
                      + PRIVATE
                      + DOTTED
                      + "|(?:"
                      + HOST_CHARS
                      + "-)*"
                      + HOST_CHARS
                      + "(?:\\.(?:"
                      + HOST_CHARS
                      + "-)*"
                      + HOST_CHARS
                      + ")*\\.[A-Za-z\u00a1-\uffff]{2,})(?::\\d{2,5})?(?:\\/\\S*)?")),
          Map.entry(
              "email",
              whole(
                  ATOM
                      + "(?:\\."
                      + ATOM
                      + ")*@(?:"
                      + ALNUM
                      + "(?:[A-Za-z0-9\\-]*"
                      + ALNUM
                      + ")?\\.)+"
                      + ALNUM
                      + "(?:[A-Za-z0-9\\-]*"
                      + ALNUM
                      + ")?")),
          Map.entry("hostname", whole("(?=.{1,253}\\.?$)" + LABEL + "(?:\\." + LABEL + ")*\\.?")),
          Map.entry("ipv4", read(text -> IpAddress.isV4(text, true))),
          Map.entry("ipv6", read(text -> IpAddress.isV6(text, false))),
          Map.entry("regex", Formats::isExpression),
          Map.entry(
              "uuid",
              whole(
                  "(?:[Uu][Rr][Nn]:[Uu][Uu][Ii][Dd]:)?"
                      + HEX
                      + "{8}-(?:"
                      + HEX
                      + "{4}-){3}"
                      + HEX
                      + "{12}")),
          Map.entry("json-pointer", whole(POINTER)),
          Map.entry(
              "json-pointer-uri-fragment",
              whole("#(?:\\/(?:[A-Za-z0-9_\\-.!$&'()*+,;:=@]|%" + HEX + "{2}|~0|~1)*)*")),
          Map.entry("relative-json-pointer", whole("(?:0|[1-9][0-9]*)(?:#|" + POINTER + ")")),
          Map.entry("byte", Formats::isBase64));

  private static final EcmaPattern BASE64 =
      compile("^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=)?$");
  private static final EcmaPattern PERL_ANCHOR = compile("[^\\\\]\\\\Z");

  private Formats() {}

  /** The check of a string, which pays for itself. */
  @FunctionalInterface
  interface Check {
    boolean test(String text, Budget budget);
  }

  static boolean isKnown(String name) {
    return STRINGS.containsKey(name) || NUMBERS.contains(name) || UNCHECKED.contains(name);
  }

  /** The check of a string; null when the format says nothing about strings. */
  static Check string(String name) {
    return STRINGS.get(name);
  }

  /** The check of a number; null when the format says nothing about numbers. */
  static Predicate<Double> number(String name) {
    return switch (name) {
      case "int32" -> value -> value % 1 == 0 && Math.abs(value + 0.5) < 0x1p31;
      case "int64" -> value -> value % 1 == 0;
      default -> null;
    };
  }

  static boolean isOrdered(String name) {
    return name.equals("date") || name.equals("time") || name.equals("date-time");
  }

  /** The order of two dates or times as texts; texts that are none count as equal. */
  static int compare(String format, String one, String other) {
    return switch (format) {
      case "date" -> one.compareTo(other);
      case "time" -> compareTimes(one, other);
      default -> {
        String[] first = one.split("[tT\\s]", 2);
        String[] second = other.split("[tT\\s]", 2);
        int days = first[0].compareTo(second[0]);
        yield days != 0 || first.length < 2 || second.length < 2
            ? days
            : compareTimes(first[1], second[1]);
      }
    };
  }

  private static int compareTimes(String one, String other) {
    Matcher first = TIME.matcher(one);
    Matcher second = TIME.matcher(other);
    return first.matches() && second.matches() ? plain(first).compareTo(plain(second)) : 0;
  }

  private static String plain(Matcher time) {
    String fraction = time.group(4) == null ? "" : time.group(4);
    return time.group(1) + time.group(2) + time.group(3) + fraction;
  }

  private static boolean isDate(String text) {
    Matcher date = DATE.matcher(text);
    if (!date.matches()) {
      return false;
    }
    int year = Integer.parseInt(date.group(1));
    int month = Integer.parseInt(date.group(2));
    int day = Integer.parseInt(date.group(3));
    if (month < 1 || month > 12 || day < 1) {
      return false;
    }
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= (month == 2 && leap ? 29 : DAYS[month - 1]);
  }

  private static boolean isTime(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return false;
    }
    int hour = Integer.parseInt(time.group(1));
    int minute = Integer.parseInt(time.group(2));
    int second = Integer.parseInt(time.group(3));
    return hour < 24 && minute < 60 && second < 60 || hour == 23 && minute == 59 && second == 60;
  }

  /** A date and a time with one T or space between; a time zone is not asked for. */
  private static boolean isDateTime(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 't' || c == 'T' || CharSet.SPACE.contains(c)) {
        return isDate(text.substring(0, i)) && isTime(text.substring(i + 1));
      }
    }
    return false;
  }

  private static boolean isExpression(String text, Budget budget) {
    budget.spend(4L * text.length());
    return !PERL_ANCHOR.find(text, budget) && EcmaPattern.isExpression(text);
  }

  /** Any one line of base64 will do: the network's validator looks for one. */
  private static boolean isBase64(String text, Budget budget) {
    budget.read(text.length());
    int start = 0;
    for (int end = 0; end <= text.length(); end++) {
      if (end == text.length() || "\n\r\u2028\u2029".indexOf(text.charAt(end)) >= 0) {
        if (BASE64.find(text.substring(start, end), budget)) {
          return true;
        }
        start = end + 1;
      }
    }
    return false;
  }

  /** A check that goes over the text a few times. */
  private static Check read(Predicate<String> check) {
    return (text, budget) -> {
      budget.spend(1L + text.length());
      return check.test(text);
    };
  }

  private static Check whole(String expression) {
    EcmaPattern pattern = compile("^(?:" + expression + ")$");
    return pattern::find;
  }

  private static EcmaPattern compile(String expression) {
    try {
      return EcmaPattern.compile(expression);
    } catch (SchemaException e) {
      throw new IllegalStateException(e);
    }
  }
}
