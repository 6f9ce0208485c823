package org.kiln.launcher;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a setting's value may be, and how it is written into the bundles' configuration. */
public sealed interface SettingType {
  /** Instead of a value that may hold a credential. */
  String NOT_SHOWN = "(not shown)";

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

  /** The value as an error may show it: what may hold a credential does not. */
  default String shown(String value) {
    return value;
  }

  /** For the documentation, for example {@code number from 1 to 100}. */
  String words();

  /** Any text, also none. */
  record Text(String words) implements SettingType {
    @Override
    public String check(String value) {
      return value.strip();
    }
  }

  /** A directory. */
  record Directory() implements SettingType {
    @Override
    public String check(String value) {
      String text = path(value);
      if (text.isEmpty()) {
        throw new IllegalArgumentException("must name a directory");
      }
      return text;
    }

    @Override
    public String words() {
      return "directory";
    }
  }

  /** A file, or none; where a relative path begins is the data directory. */
  record File(String words) implements SettingType {
    @Override
    public String check(String value) {
      return path(value);
    }
  }

  private static String path(String value) {
    try {
      Path.of(value.strip());
      return value.strip();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is no path: " + e.getReason(), e);
    }
  }

  /** An amount that need not be whole. */
  record Decimal(double min, double max) implements SettingType {
    @Override
    public String check(String value) {
      double number;
      try {
        number = Double.parseDouble(value.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("is not a number");
      }
      if (!(number >= min && number <= max)) {
        throw new IllegalArgumentException("must lie between " + min + " and " + max);
      }
      return Double.toString(number);
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

  /** A whole number. */
  record Number(long min, long max) implements SettingType {
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
  record Flag() implements SettingType {
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
  record Choice(List<String> values) implements SettingType {
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
   * @param item what each must look like
   * @param check what else each must be; throws with the reason
   * @param secret whether they may hold credentials, and are not repeated
   */
  record Items(String separator, Pattern item, Consumer<String> check, boolean secret, String words)
      implements SettingType {
    static Items commas(String item, String words) {
      return commas(item, words, text -> {});
    }

    static Items commas(String item, String words, Consumer<String> check) {
      return new Items("[,\\s]+", Pattern.compile(item), check, false, words + WITH_COMMAS);
    }

    static Items secrets(String item, String words, Consumer<String> check) {
      return new Items("[,\\s]+", Pattern.compile(item), check, true, words + WITH_COMMAS);
    }

    /** For texts that may hold commas themselves. */
    static Items blanks(String words, Consumer<String> check) {
      return new Items(
          "\\s+", Pattern.compile(".*"), check, false, words + ", with blanks between them");
    }

    private static final String WITH_COMMAS = ", with commas between them";

    private List<String> split(String value) {
      return Stream.of(value.split(separator)).filter(s -> !s.isEmpty()).toList();
    }

    @Override
    public String check(String value) {
      List<String> items = split(value);
      for (int i = 0; i < items.size(); i++) {
        String text = items.get(i);
        String name = secret ? "number " + (i + 1) : text;
        if (!item.matcher(text).matches()) {
          throw new IllegalArgumentException("must be " + words + "; " + name + " is none");
        }
        try {
          check.accept(text);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "must be " + words + "; " + name + " " + e.getMessage(), e);
        }
      }
      return String.join(" ", items);
    }

    @Override
    public String shown(String value) {
      return secret ? NOT_SHOWN : value;
    }

    @Override
    public String json(String value) {
      return split(value).stream().map(Json::quote).collect(Collectors.joining(",", "[", "]"));
    }
  }

  /** The URL of a service, or none; its path may hold a credential. */
  record Url() implements SettingType {
    @Override
    public String check(String value) {
      String text = value.strip();
      if (!text.isEmpty()) {
        Forms.plainUrl(text);
      }
      return text;
    }

    @Override
    public String shown(String value) {
      return NOT_SHOWN;
    }

    @Override
    public String words() {
      return "a URL, or nothing";
    }
  }

  /** The name of a database's kind, or a URL that begins with it; may hold a password. */
  record Database() implements SettingType {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,30}(:\\S*)?");

    /** What comes before the colon. */
    static String kind(String value) {
      return value.split(":", 2)[0];
    }

    @Override
    public String check(String value) {
      String text = value.strip();
      if (!FORM.matcher(text).matches()) {
        throw new IllegalArgumentException("must be " + words());
      }
      return text;
    }

    @Override
    public String shown(String value) {
      return value.indexOf(':') < 0 ? value : NOT_SHOWN;
    }

    @Override
    public String words() {
      return "sqlite, or a URL that begins with postgresql: or the name of a plugin's backend";
    }
  }

  /** Text of a certain form. */
  record Form(Pattern pattern, String words) implements SettingType {
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
  record Address() implements SettingType {
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

  /** A host and a port, or none; port 0 for any that is free. */
  record OptionalAddress() implements SettingType {
    @Override
    public String check(String value) {
      String address = value.strip();
      if (!address.isEmpty()) {
        HostPort.parseAny(address);
      }
      return address;
    }

    @Override
    public String words() {
      return "HOST:PORT, or empty";
    }
  }
}
