package org.kiln.itests.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the README of the checkout has a new user do. */
final class Readme {
  private static final Pattern FILE =
      Pattern.compile(
          "cat > hello\\.mjs <<'END'\n(.*?)\nEND\nnode hello\\.mjs\n```\n", Pattern.DOTALL);
  private static final Pattern PACKAGES = Pattern.compile("^npm i (.+)$", Pattern.MULTILINE);
  private static final Pattern OUTPUT = Pattern.compile("\\G\\s*```\n(.*?)\n```\n", Pattern.DOTALL);

  private final String script;
  private final List<String> packages;
  private final List<String> output;

  private Readme(String script, List<String> packages, List<String> output) {
    this.script = script;
    this.packages = packages;
    this.output = output;
  }

  /** Reads it from the root of the checkout, two folders above this module. */
  static Readme read() throws IOException {
    String text = Files.readString(Path.of("../../README.md"));
    var file = FILE.matcher(text);
    var output = OUTPUT.matcher(text);
    if (!file.find() || !output.find(file.end())) {
      throw new IllegalStateException("README.md has no hello.mjs with its output after it");
    }
    List<String> packages = PACKAGES.matcher(text).results().flatMap(Readme::words).toList();
    return new Readme(file.group(1), packages, output.group(1).lines().toList());
  }

  private static Stream<String> words(MatchResult line) {
    return Pattern.compile("\\s+").splitAsStream(line.group(1));
  }

  /** The text of {@code hello.mjs}. */
  String script() {
    return script;
  }

  /** The npm packages the user is told to install. */
  List<String> packages() {
    return packages;
  }

  /** What README promises that it prints. */
  List<String> output() {
    return output;
  }
}
