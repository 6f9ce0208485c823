package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The bundles of a node, as the build wrote them down: one line each with location, file, SHA-256
 * and start level, separated by blanks, and a setting where the bundle is installed only for that.
 *
 * @param entries in the order of installation
 */
public record LockList(List<Entry> entries) {

  /**
   * One bundle.
   *
   * @param location the bundle's stable name, {@code node:<symbolic name>}, never a path
   * @param file its file name in {@code bundles/}
   * @param sha256 of the file, hex
   * @param startLevel when it starts
   * @param setting whose being set wants it; empty when it always is
   */
  public record Entry(String location, String file, String sha256, int startLevel, String setting) {
    /** The line that {@link LockList#parse} reads. */
    public String line() {
      String always = location + " " + file + " " + sha256 + " " + startLevel;
      return setting.isEmpty() ? always : always + " " + setting;
    }
  }

  /** Those that are installed with these settings. */
  LockList wanted(Map<String, String> settings) {
    return new LockList(
        entries.stream()
            .filter(
                entry ->
                    entry.setting().isEmpty()
                        || !settings.getOrDefault(entry.setting(), "").isBlank())
            .toList());
  }

  /** Reads the file the build has written. */
  public static LockList read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  static LockList parse(List<String> lines) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.strip().split(" ");
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        String setting = words.length > 4 ? words[4] : "";
        entries.add(new Entry(words[0], words[1], words[2], Integer.parseInt(words[3]), setting));
      } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
        throw new IOException("The lock list has a line that cannot be read: " + line, e);
      }
    }
    return new LockList(List.copyOf(entries));
  }

  /** The text that {@link #parse} reads. */
  public String text() {
    StringBuilder text = new StringBuilder("# location file sha256 start-level [setting]\n");
    entries.forEach(entry -> text.append(entry.line()).append('\n'));
    return text.toString();
  }
}
