package org.kiln.console.system;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes credentials out of a text: passwords among the framework's properties, and those in the
 * node's settings, where URLs of services hold keys. Immutable.
 */
final class Redaction {
  static final String NOT_SHOWN = "(not shown)";

  /** Where the launcher hands the node's settings to the bundles. */
  private static final String SETTINGS = "configurator.initial";

  /** Shorter ones would make a page unreadable, and are no keys. */
  private static final int MIN_CHARS = 6;

  private static final Pattern URL = Pattern.compile("https?://[^\\s\"'\\\\,<>]+");
  private static final Pattern WORD_ENDS = Pattern.compile("[/?#@&=:]+");
  private static final Pattern NAMED =
      Pattern.compile(
          "\"[^\"]*(?:password|secret|token|credential)[^\"]*\"\\s*:\\s*\"([^\"]+)\"",
          Pattern.CASE_INSENSITIVE);

  private final List<String> secrets;

  private Redaction(List<String> secrets) {
    this.secrets = secrets;
  }

  /** For what a framework with these properties knows. */
  static Redaction of(Map<String, ?> properties) {
    TreeSet<String> secrets = new TreeSet<>();
    properties.forEach(
        (name, value) -> {
          if (name.toLowerCase(Locale.ROOT).contains("password")) {
            secrets.add(String.valueOf(value));
          }
        });
    String settings = String.valueOf(properties.get(SETTINGS));
    NAMED.matcher(settings).results().forEach(found -> secrets.add(found.group(1)));
    URL.matcher(settings).results().forEach(found -> secrets.addAll(keys(found.group())));
    secrets.removeIf(secret -> secret.length() < MIN_CHARS);
    List<String> longestFirst = new ArrayList<>(secrets);
    longestFirst.sort(Comparator.comparing(String::length).reversed());
    return new Redaction(List.copyOf(longestFirst));
  }

  /** What follows the host of a URL, and what stands before it, word by word. */
  private static List<String> keys(String url) {
    try {
      URI uri = URI.create(url);
      return Stream.of(
              uri.getRawUserInfo(),
              uri.getUserInfo(),
              uri.getRawPath(),
              uri.getPath(),
              uri.getRawQuery())
          .filter(part -> part != null)
          .flatMap(WORD_ENDS::splitAsStream)
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** The text without them. */
  String of(String text) {
    String shown = text;
    for (String secret : secrets) {
      shown = shown.replace(secret, NOT_SHOWN);
    }
    return shown;
  }
}
