import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tests that may fail once and pass at their second try, for {@value #DAYS} days from the date
 * they were put in. A line of the list is {@code org.kiln.rooms.SomeIT#shouldX | 2026-11-30 | why},
 * {@code #} at its start makes it a comment.
 */
final class Quarantine {
  static final int DAYS = 14;

  private record Entry(LocalDate since, int line) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<String> malformed = new ArrayList<>();
  private final LocalDate today;

  private Quarantine(LocalDate today) {
    this.today = today;
  }

  static Quarantine read(Path list, LocalDate today) throws IOException {
    Quarantine quarantine = new Quarantine(today);
    List<String> lines = Files.readAllLines(list);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        quarantine.add(line, i + 1);
      }
    }
    return quarantine;
  }

  /** How a test is called on the list: without the parameters of one invocation. */
  static String name(String className, String method) {
    return className + "#" + method.replaceFirst("[(\\[{ ].*", "");
  }

  private void add(String line, int number) {
    String[] parts = line.split("\\|", 3);
    LocalDate since = null;
    try {
      since = parts.length == 3 ? LocalDate.parse(parts[1].strip()) : null;
    } catch (DateTimeException e) {
      // said below
    }
    String name = parts[0].strip();
    if (since == null || since.isAfter(today) || !name.contains("#") || parts[2].isBlank()) {
      malformed.add(
          "quarantine, line " + number + ": wants 'class#method | date, today at most | reason'");
    } else if (entries.put(name, new Entry(since, number)) != null) {
      malformed.add("quarantine, line " + number + ": " + name + " is there twice");
    }
  }

  /**
   * What is wrong.
   *
   * @param all the names of the tests that ran
   * @param shaky those of them that passed at their second try only
   */
  List<String> judge(Set<String> all, Set<String> shaky) {
    List<String> wrong = new ArrayList<>(malformed);
    entries.forEach(
        (name, entry) -> {
          if (!all.contains(name)) {
            wrong.add("quarantine, line " + entry.line + ": there is no test " + name);
          }
        });
    for (String name : shaky) {
      Entry entry = entries.get(name);
      if (entry == null) {
        wrong.add("passed at its second try only: " + name);
      } else if (entry.since.plusDays(DAYS).isBefore(today)) {
        wrong.add("in quarantine for more than " + DAYS + " days, and still shaky: " + name);
      }
    }
    return wrong;
  }
}
