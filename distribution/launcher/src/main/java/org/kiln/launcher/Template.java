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
  private static final Pattern WHOLE_OR_PART =
      Pattern.compile("\"\\$\\{(?<whole>[a-z0-9.-]+)}\"|\\$\\{(?<part>[a-z0-9.-]+)}");
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

  /** Fills a JSON document. What a value holds is no template, whatever it looks like. */
  static String json(String template, Function<String, Value> values) {
    return replace(
        WHOLE_OR_PART,
        template,
        match -> {
          String whole = match.group("whole");
          if (whole != null) {
            return values.apply(whole).json();
          }
          String quoted = Json.quote(values.apply(match.group("part")).text());
          return quoted.substring(1, quoted.length() - 1);
        });
  }

  /** Fills plain text. */
  static String text(String template, Function<String, Value> values) {
    return replace(PART, template, match -> values.apply(match.group(1)).text());
  }

  /** The placeholders of the template that the launcher would not know. */
  public static Optional<String> unknownPlaceholder(String template) {
    return PART.matcher(template)
        .results()
        .map(match -> match.group(1))
        .filter(name -> Settings.find(name).isEmpty() && !Placeholders.BUILT_IN.contains(name))
        .findFirst();
  }

  private static String replace(
      Pattern pattern, String template, Function<Matcher, String> values) {
    Matcher matcher = pattern.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(filled, Matcher.quoteReplacement(values.apply(matcher)));
    }
    return matcher.appendTail(filled).toString();
  }
}
