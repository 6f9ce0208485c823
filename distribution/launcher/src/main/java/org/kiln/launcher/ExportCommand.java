package org.kiln.launcher;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static final int TOO_MUCH = 429;

  private final SqlConnection connection;
  private final Clock clock;
  private final PrintStream out;

  ExportCommand(SqlConnection connection, Clock clock, PrintStream out) {
    this.connection = connection;
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
    } catch (TooMuchException e) {
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
    String max = rows(table.newest()).get(0).get(0);
    long newest = max == null ? 0 : Long.parseLong(max);
    ProgressBar progress = new ProgressBar(out, "numbers of " + table.name());
    ExportDirectory.Reached at = begun;
    long chunk = CHUNK;
    while (at.after() < newest) {
      long to = Math.min(newest, at.after() + chunk);
      try {
        long written = part(table, into, at.after(), to);
        at =
            new ExportDirectory.Reached(
                to, rows(table.event(to)).get(0).get(0), at.rows() + written);
        into.reached(table, at);
        progress.reached(to - begun.after(), newest - begun.after());
      } catch (TooMuchException e) {
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

  /** Numbers are a node's own: those of another would be taken for rows that are here. */
  private void refuseOther(ExportTable table, ExportDirectory.Reached begun)
      throws RefusedException, IOException {
    if (begun.after() == 0) {
      return;
    }
    List<List<String>> found = rows(table.event(begun.after()));
    if (!found.isEmpty() && begun.event().equals(found.get(0).get(0))) {
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
    for (List<String> model : rows(table.models(after, to))) {
      String bytes = model.get(0);
      String id = model.get(1) != null && model.get(1).matches("[a-z0-9]+") ? model.get(1) : bytes;
      try (StreamedAnswer answer = ask(table.rows(after, to, bytes), "parquet")) {
        into.keep(table, id, day, after + 1, to, answer.body());
      }
      written += Long.parseLong(model.get(2));
    }
    return written;
  }

  private List<List<String>> rows(String sql) throws RefusedException, IOException {
    try (StreamedAnswer answer = ask(sql, "csv")) {
      CsvReader csv = new CsvReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
      csv.row();
      List<List<String>> rows = new ArrayList<>();
      for (List<String> row = csv.row(); row != null; row = csv.row()) {
        rows.add(row);
      }
      return rows;
    }
  }

  private StreamedAnswer ask(String sql, String format) throws RefusedException, IOException {
    StreamedAnswer answer;
    try {
      answer = connection.ask(sql, Map.of("format", format), "*/*");
    } catch (IOException e) {
      throw connection.silent(e);
    }
    if (answer.status() == 200) {
      return answer;
    }
    try (answer) {
      RefusedException refusal = connection.refusal(answer);
      if (answer.status() == TOO_MUCH) {
        throw new TooMuchException(refusal.getMessage());
      }
      throw refusal;
    }
  }

  /** The node finds an answer too large, or too long in the making. */
  private static final class TooMuchException extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuchException(String message) {
      super(message);
    }
  }
}
