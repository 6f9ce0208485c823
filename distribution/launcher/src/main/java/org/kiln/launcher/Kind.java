package org.kiln.launcher;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a setting's value may be, and how it is written into the bundles' configuration. */
public sealed interface Kind {
  /**
   * The value in its canonical form.
   *
   * @throws IllegalArgumentException with the reason when it is none
   */
  String check(String value);

  /** The canonical value as JSON. */
  default String json(String value) {
    return Json.quote(value);
  }

  /** For the documentation, for example {@code number from 1 to 100}. */
  String words();

  /** Any text, also none. */
  record Text(String words) implements Kind {
    @Override
    public String check(String value) {
      return value.strip();
    }
  }

  /** A whole number. */
  record Number(long min, long max) implements Kind {
    @Override
    public String check(String value) {
      long number;
      try {
        number = Long.parseLong(value.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("is not a whole number");
      }
      if (number < min || number > max) {
        throw new IllegalArgumentException("must lie between " + min + " and " + max);
      }
      return Long.toString(number);
    }

    @Override
    public String json(String value) {
      return value;
    }

    @Override
    public String words() {
      return "number, " + min + " to " + max;
    }
  }

  /** Yes or no. */
  record Flag() implements Kind {
    @Override
    public String check(String value) {
      return switch (value.strip().toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on" -> "true";
        case "false", "no", "off" -> "false";
        default -> throw new IllegalArgumentException("must be true or false");
      };
    }

    @Override
    public String json(String value) {
      return value;
    }

    @Override
    public String words() {
      return "true or false";
    }
  }

  /** One of a few words. */
  record Choice(List<String> values) implements Kind {
    Choice(String... values) {
      this(List.of(values));
    }

    @Override
    public String check(String value) {
      String word = value.strip();
      if (!values.contains(word)) {
        throw new IllegalArgumentException("must be one of " + String.join(", ", values));
      }
      return word;
    }

    @Override
    public String words() {
      return "one of " + String.join(", ", values);
    }
  }

  /**
   * Several texts.
   *
   * @param separator what stands between them, a regular expression
   */
  record Items(String separator, String words) implements Kind {
    static Items commas(String words) {
      return new Items("[,\\s]+", words + ", with commas between them");
    }

    /** For texts that may hold commas themselves. */
    static Items blanks(String words) {
      return new Items("\\s+", words + ", with blanks between them");
    }

    private List<String> split(String value) {
      return Stream.of(value.split(separator)).filter(s -> !s.isEmpty()).toList();
    }

    @Override
    public String check(String value) {
      return String.join(" ", split(value));
    }

    @Override
    public String json(String value) {
      return split(value).stream().map(Json::quote).collect(Collectors.joining(",", "[", "]"));
    }
  }

  /** Text of a certain form. */
  record Form(Pattern pattern, String words) implements Kind {
    Form(String pattern, String words) {
      this(Pattern.compile(pattern), words);
    }

    @Override
    public String check(String value) {
      String text = value.strip();
      if (!pattern.matcher(text).matches()) {
        throw new IllegalArgumentException("must be " + words);
      }
      return text;
    }
  }

  /** A host and a port; IPv6 in brackets. */
  record Address() implements Kind {
    @Override
    public String check(String value) {
      HostPort.parse(value.strip());
      return value.strip();
    }

    @Override
    public String words() {
      return "HOST:PORT";
    }
  }

  /** An absolute http or https URL, or nothing. */
  record Url() implements Kind {
    @Override
    public String check(String value) {
      String text = value.strip();
      if (text.isEmpty()) {
        return text;
      }
      try {
        URI uri = new URI(text);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null) {
          throw new IllegalArgumentException("must be an http or https URL");
        }
        return text;
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException("is not a URL: " + e.getReason());
      }
    }

    @Override
    public String words() {
      return "URL or empty";
    }
  }
}
