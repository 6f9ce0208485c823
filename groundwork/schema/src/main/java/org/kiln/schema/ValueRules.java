package org.kiln.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.text.JsNumber;
import org.kiln.schema.Node.Rule;

/** Keywords about numbers and strings. */
final class ValueRules {
  private final SchemaCompiler compiler;
  private final SchemaDialect dialect;

  ValueRules(SchemaCompiler compiler, SchemaDialect dialect) {
    this.compiler = compiler;
    this.dialect = dialect;
  }

  /** Compares a number with a limit. */
  private interface Comparison {
    boolean holds(double value, double limit);
  }

  Rule[] number(Keywords keywords) throws SchemaException {
    List<Rule> rules = new ArrayList<>(0);
    limit(rules, keywords, "maximum", "<=", (value, limit) -> value <= limit);
    limit(rules, keywords, "minimum", ">=", (value, limit) -> value >= limit);
    limit(rules, keywords, "exclusiveMaximum", "<", (value, limit) -> value < limit);
    limit(rules, keywords, "exclusiveMinimum", ">", (value, limit) -> value > limit);
    if (keywords.has("multipleOf")) {
      double divisor = keywords.number("multipleOf");
      if (divisor <= 0) {
        throw keywords.bad("multipleOf", "> 0");
      }
      String message = "must be multiple of " + JsNumber.text(divisor);
      rules.add((value, run) -> isWhole(JsonTypes.number(value) / divisor) || run.fail(message));
    }
    if (keywords.has("format")) {
      Predicate<Double> format = Formats.number(keywords.text("format"));
      if (format != null) {
        String message = formatMessage(keywords);
        rules.add((value, run) -> format.test(JsonTypes.number(value)) || run.fail(message));
      }
    }
    return rules.toArray(Rule[]::new);
  }

  Rule[] string(Keywords keywords) throws SchemaException {
    List<Rule> rules = new ArrayList<>(0);
    if (keywords.has("maxLength")) {
      int most = keywords.count("maxLength");
      String message = "must NOT have more than " + shown(keywords, "maxLength") + " characters";
      rules.add((value, run) -> length(value, run) <= most || run.fail(message));
    }
    if (keywords.has("minLength")) {
      int least = keywords.count("minLength");
      String message = "must NOT have fewer than " + shown(keywords, "minLength") + " characters";
      rules.add((value, run) -> length(value, run) >= least || run.fail(message));
    }
    if (keywords.has("pattern")) {
      String source = keywords.text("pattern");
      EcmaPattern pattern = compiler.pattern(source);
      rules.add(
          (value, run) ->
              pattern.find(text(value), run.budget())
                  || run.fail("must match pattern \"", source, "\""));
    }
    if (keywords.has("format")) {
      format(rules, keywords);
    }
    compare(rules, keywords, "formatMaximum", "<=", -1, 0);
    compare(rules, keywords, "formatMinimum", ">=", 1, 0);
    compare(rules, keywords, "formatExclusiveMaximum", "<", -1, -1);
    compare(rules, keywords, "formatExclusiveMinimum", ">", 1, 1);
    return rules.toArray(Rule[]::new);
  }

  private void format(List<Rule> rules, Keywords keywords) throws SchemaException {
    String name = keywords.text("format");
    if (!Formats.isKnown(name)) {
      if (dialect.strictKeywords()) {
        throw new SchemaException(
            "unknown format \"" + name + "\" ignored in schema at path \"" + keywords.at() + "\"");
      }
      return;
    }
    Formats.Check format = Formats.string(name);
    if (format != null) {
      String message = formatMessage(keywords);
      rules.add((value, run) -> format.test(text(value), run.budget()) || run.fail(message));
    }
  }

  private static void limit(
      List<Rule> rules, Keywords keywords, String keyword, String sign, Comparison comparison)
      throws SchemaException {
    if (keywords.has(keyword)) {
      double limit = keywords.number(keyword);
      String message = "must be " + sign + " " + JsNumber.text(limit);
      rules.add(
          (value, run) -> comparison.holds(JsonTypes.number(value), limit) || run.fail(message));
    }
  }

  /** Compares dates and times; the sign of the comparison must be one of the two given. */
  private static void compare(
      List<Rule> rules, Keywords keywords, String keyword, String sign, int one, int other)
      throws SchemaException {
    if (!keywords.has(keyword)) {
      return;
    }
    String limit = keywords.text(keyword);
    String format = keywords.has("format") ? keywords.text("format") : "";
    if (!Formats.isOrdered(format)) {
      throw keywords.bad(keyword, "used with a format that has an order");
    }
    String message = "should be " + sign + " ";
    rules.add(
        (value, run) -> {
          run.budget().read(text(value).length() + limit.length());
          int order = Integer.signum(Formats.compare(format, text(value), limit));
          return order == one || order == other || run.fail(message, limit, "");
        });
  }

  /**
   * As JavaScript sees it: a quotient from 1e21 on is written with an exponent and counts as none.
   */
  private static boolean isWhole(double quotient) {
    double size = Math.abs(quotient);
    return quotient == Math.rint(quotient) && size < 1e21;
  }

  private static String formatMessage(Keywords keywords) throws SchemaException {
    return "must match format \"" + keywords.text("format") + "\"";
  }

  private static String shown(Keywords keywords, String keyword) throws SchemaException {
    return JsNumber.text(keywords.number(keyword));
  }

  private static int length(Ipld value, Run run) {
    String text = text(value);
    run.budget().read(text.length());
    return text.codePointCount(0, text.length());
  }

  private static String text(Ipld value) {
    return ((Ipld.Text) value).value();
  }
}
