package org.kiln.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes one line of the operator's settings file, and leaves the rest of it as it is. */
final class SettingsFile {
  private SettingsFile() {}

  /**
   * Gives a key another value where the file sets it.
   *
   * @return whether the file sets it
   * @throws IOException when the file cannot be replaced; it is as it was then
   */
  static boolean replace(Path file, String key, String value) throws IOException {
    Pattern line =
        Pattern.compile(
            "^([ \\t\\f]*" + Pattern.quote(key) + "[ \\t\\f]*[=:\\s][ \\t\\f]*).*$",
            Pattern.MULTILINE);
    String before = Files.readString(file, StandardCharsets.UTF_8);
    Matcher matcher = line.matcher(before);
    String after = matcher.replaceAll(match -> Matcher.quoteReplacement(match.group(1) + value));
    if (!after.equals(before)) {
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.copy(
          file,
          next,
          StandardCopyOption.COPY_ATTRIBUTES,
          StandardCopyOption.REPLACE_EXISTING); // who may read it stays the same
      Files.writeString(next, after, StandardCharsets.UTF_8);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
    matcher.reset();
    return matcher.find();
  }
}
