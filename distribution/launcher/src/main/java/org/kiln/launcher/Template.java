package org.kiln.launcher;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills placeholders. In JSON a string that is nothing but one placeholder becomes a value of the
 * setting's kind, so that {@code "port": "${http.address.port}"} becomes a number; in any other
 * place the value is put in as text.
 */
public final class Template {
  private static final Pattern WHOLE = Pattern.compile("\"\\$\\{([a-z0-9.-]+)}\"");
  private static final Pattern PART = Pattern.compile("\\$\\{([a-z0-9.-]+)}");

  /**
   * What a placeholder stands for.
   *
   * @param text put in as it is
   * @param json the value as JSON
   */
  record Value(String text, String json) {
    static Value text(String text) {
      return new Value(text, Json.quote(text));
    }

    static Value number(long number) {
      return new Value(Long.toString(number), Long.toString(number));
    }
  }

  private Template() {}

  /** Fills a JSON document. */
  static String json(String template, Function<String, Value> values) {
    String typed = replace(WHOLE, template, name -> values.apply(name).json());
    return replace(
        PART,
        typed,
        name -> {
          String quoted = Json.quote(values.apply(name).text());
          return quoted.substring(1, quoted.length() - 1);
        });
  }

  /** Fills plain text. */
  static String text(String template, Function<String, Value> values) {
    return replace(PART, template, name -> values.apply(name).text());
  }

  /** The placeholders of the template that the launcher would not know. */
  public static Optional<String> unknownPlaceholder(String template) {
    return PART.matcher(template)
        .results()
        .map(match -> match.group(1))
        .filter(name -> Settings.find(name).isEmpty() && !Placeholders.BUILT_IN.contains(name))
        .findFirst();
  }

  private static String replace(Pattern pattern, String template, Function<String, String> values) {
    Matcher matcher = pattern.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(filled, Matcher.quoteReplacement(values.apply(matcher.group(1))));
    }
    return matcher.appendTail(filled).toString();
  }
}
