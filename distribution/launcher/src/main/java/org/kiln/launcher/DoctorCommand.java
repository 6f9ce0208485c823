package org.kiln.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.kit.http.BoundedClient;
import org.kiln.launcher.Finding.Level;

/**
 * {@code kiln doctor}: looks at everything around a node that it needs. To time the disk it writes
 * a file of some KiB into the data directory that has no name any more when it is written to, so
 * that nothing stays; else it changes nothing.
 */
final class DoctorCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MAX_ANSWER_BYTES = 64 << 10;

  private final Configuration configuration;
  private final Answers answers;

  DoctorCommand(Configuration configuration, Answers answers) {
    this.configuration = configuration;
    this.answers = answers;
  }

  /** Exit code 1 when something keeps a node from working. */
  int run() {
    List<Finding> found = new ArrayList<>();
    found.addAll(new MachineChecks(configuration).findings());
    boolean runs = runs(configuration);
    found.addAll(new PortChecks(configuration, runs).findings());
    try (BoundedClient http = new BoundedClient(PATIENCE, MAX_ANSWER_BYTES)) {
      found.addAll(new ChainChecks(configuration, http, InstantSource.system()).findings());
    }
    found.addAll(new NodeChecks(configuration, runs).findings());
    show(found);
    return found.stream().anyMatch(one -> one.level() == Level.BAD) ? Exit.FAILURE : Exit.OK;
  }

  /** Whether the node of the data directory is there now. */
  static boolean runs(Configuration configuration) {
    return DataDirectory.readState(configuration.dataDirectory())
        .map(state -> Long.parseLong(state.getProperty("pid")))
        .flatMap(pid -> Optional.of(pid).flatMap(ProcessHandle::of))
        .filter(ProcessHandle::isAlive)
        .isPresent();
  }

  private void show(List<Finding> found) {
    if (answers.json()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("well", found.stream().noneMatch(one -> one.level() == Level.BAD));
      members.put("findings", found.stream().map(Finding::members).toList());
      answers.show(members);
      return;
    }
    PrintStream out = answers.out();
    for (Finding one : found) {
      String mark =
          switch (one.level()) {
            case OK -> "ok";
            case WARNING -> "WARN";
            case BAD -> "BAD";
          };
      out.printf("%-5s %-9s %s%n", mark, one.about(), safe(one.text()));
      if (!one.advice().isEmpty()) {
        out.printf("%-5s %-9s -> %s%n", "", "", safe(one.advice()));
      }
    }
    long bad = found.stream().filter(one -> one.level() == Level.BAD).count();
    long warnings = found.stream().filter(one -> one.level() == Level.WARNING).count();
    out.printf("%d bad, %d warnings, %d ok.%n", bad, warnings, found.size() - bad - warnings);
  }

  /** What others answered may be quoted in it, and this is a terminal. */
  private static String safe(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
