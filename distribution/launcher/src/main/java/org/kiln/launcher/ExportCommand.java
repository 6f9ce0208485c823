package org.kiln.launcher;

import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code kiln export}: events and states as files of Parquet, by model and day. Begun again it goes
 * on where it was, and adds what has come since.
 */
final class ExportCommand {
  static final String NAME = "export";
  private static final String FLAG = "--url";

  private static final String USAGE = "Say 'kiln export DIR', where DIR is for the files.";
  private static final long CHUNK = 250_000;

  /** Fewer numbers at a time will not help where the node finds an answer too large. */
  private static final long SMALLEST = 1_000;

  private final ExportSource source;
  private final Clock clock;
  private final PrintStream out;

  ExportCommand(ExportSource source, Clock clock, PrintStream out) {
    this.source = source;
    this.clock = clock;
    this.out = out;
  }

  /** What is asked: where to, and of whom when it is not the node of the settings. */
  record Asked(Path directory, Optional<String> url) {
    static Asked parse(List<String> words) throws RefusedException {
      List<String> directories = new ArrayList<>();
      String url = null;
      for (int i = 0; i < words.size(); i++) {
        String[] flag = words.get(i).split("=", 2);
        if (!flag[0].equals(FLAG)) {
          directories.add(words.get(i));
        } else if (flag.length == 1 && i + 1 == words.size()) {
          throw RefusedException.configuration("The option " + FLAG + " needs a value.");
        } else {
          url = flag.length == 2 ? flag[1] : words.get(++i);
        }
      }
      if (directories.size() != 1) {
        throw RefusedException.configuration(USAGE);
      }
      return new Asked(Configuration.expand(directories.get(0)), Optional.ofNullable(url));
    }
  }

  int run(Path directory) throws RefusedException {
    try (ExportDirectory into = ExportDirectory.open(directory)) {
      for (ExportTable table : ExportTable.ALL) {
        export(table, into);
      }
      return Exit.OK;
    } catch (ExportSource.TooMuchException e) {
      throw new RefusedException(Exit.FAILURE, e.getMessage());
    } catch (EOFException | SocketException | SocketTimeoutException e) {
      throw new RefusedException(
          Exit.FAILURE,
          "The node has not answered to the end ("
              + e.getMessage()
              + "). What is in "
              + directory
              + " is whole; say it again to go on.");
    } catch (IOException e) {
      throw RefusedException.storage("Cannot export into " + directory + ": " + e.getMessage());
    }
  }

  private void export(ExportTable table, ExportDirectory into)
      throws RefusedException, IOException {
    ExportDirectory.Reached begun =
        into.reached(table).orElse(new ExportDirectory.Reached(0, "", 0));
    refuseOther(table, begun);
    into.forgetBegun(table);
    long newest = source.newest(table).orElse(0);
    ProgressBar progress = new ProgressBar(out, "numbers of " + table.name());
    ExportDirectory.Reached at = begun;
    long chunk = CHUNK;
    while (at.after() < newest) {
      long to = Math.min(newest, at.after() + chunk);
      try {
        long written = part(table, into, at.after(), to);
        at = new ExportDirectory.Reached(to, event(table, to), at.rows() + written);
        into.reached(table, at);
        progress.reached(to - begun.after(), newest - begun.after());
      } catch (ExportSource.TooMuchException e) {
        chunk = chunk / 2;
        into.forgetBegun(table);
        if (chunk < SMALLEST) {
          throw new RefusedException(Exit.FAILURE, e.getMessage());
        }
      }
    }
    out.printf(
        "%s: %,d rows, %,d of them new%n", table.name(), at.rows(), at.rows() - begun.rows());
  }

  private String event(ExportTable table, long number) throws RefusedException, IOException {
    return source
        .event(table, number)
        .orElseThrow(
            () ->
                new RefusedException(
                    Exit.FAILURE,
                    "The node has no row "
                        + number
                        + " of "
                        + table.name()
                        + ", and has later ones"));
  }

  /** Numbers are a node's own: those of another would be taken for rows that are here. */
  private void refuseOther(ExportTable table, ExportDirectory.Reached begun)
      throws RefusedException, IOException {
    if (begun.after() == 0) {
      return;
    }
    if (source.event(table, begun.after()).filter(begun.event()::equals).isPresent()) {
      return;
    }
    throw RefusedException.storage(
        "What is in this directory is of another node, or of before its events were rescued: row "
            + begun.after()
            + " of "
            + table.name()
            + " was another event. Export into an empty directory.");
  }

  private long part(ExportTable table, ExportDirectory into, long after, long to)
      throws RefusedException, IOException {
    long written = 0;
    String day = LocalDate.now(clock).toString();
    ExportNames names = new ExportNames();
    for (ExportSource.Model model : source.models(table, after, to)) {
      try (StreamedAnswer answer = source.rows(table, after, to, model)) {
        into.keep(table, names.of(model), day, after + 1, to, answer.body());
      }
      written += model.rows();
    }
    return written;
  }
}
