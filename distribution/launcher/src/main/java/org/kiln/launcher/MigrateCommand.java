package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code kiln migrate}: what the operator asked for, and what it needs to be possible. */
final class MigrateCommand {
  static final String NAME = "migrate";
  static final List<String> FLAGS = List.of("--from", "--to", "--undo");

  private static final String USAGE =
      "Say 'kiln migrate --from STORE --to STORE', 'kiln migrate --undo', or 'kiln migrate' to see"
          + " how it stands.";

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  MigrateCommand(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  int run(List<String> words) throws RefusedException, InterruptedException {
    String from = null;
    String to = null;
    boolean undo = false;
    for (int i = 0; i < words.size(); i++) {
      String[] flag = words.get(i).split("=", 2);
      if (flag[0].equals("--undo") && flag.length == 1) {
        undo = true;
      } else if (flag[0].equals("--from") || flag[0].equals("--to")) {
        if (flag.length == 1 && i + 1 == words.size()) {
          throw RefusedException.configuration("The option " + flag[0] + " needs a value.");
        }
        String backend = backend(flag.length == 2 ? flag[1] : words.get(++i));
        if (flag[0].equals("--from")) {
          from = backend;
        } else {
          to = backend;
        }
      } else {
        throw RefusedException.configuration(
            "kiln migrate does not know what to do with '" + words.get(i) + "'. " + USAGE);
      }
    }
    if ((from == null) != (to == null) || undo && from != null) {
      throw RefusedException.configuration(USAGE);
    }
    if (!undo && from == null) {
      return show();
    }
    if (from != null && from.equals(to)) {
      throw RefusedException.configuration("--from and --to are both " + to + ".");
    }
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      LogConfigurator.use(data.logs(), configuration);
      Migration migration = new Migration(home, configuration, record(), out);
      if (undo) {
        migration.undo();
      } else {
        migration.run(from, to);
      }
      return Exit.OK;
    }
  }

  private static String backend(String name) throws RefusedException {
    String backend = Settings.require("store.backend", NAME).check(name, NAME);
    if (backend.equals(StoreRecord.MEMORY)) {
      throw RefusedException.configuration(
          "The store memory keeps nothing: there is nothing to move from it or to it.");
    }
    return backend;
  }

  private StoreRecord record() throws RefusedException {
    Optional<StoreRecord> found = StoreRecord.read(configuration.dataDirectory());
    return found.isPresent() ? found.get() : StoreRecord.first(configuration.get("store.backend"));
  }

  private int show() throws RefusedException {
    StoreRecord record = record();
    Path data = configuration.dataDirectory();
    out.println("Store      " + at(data, record.current()));
    record
        .migration()
        .ifPresent(
            started ->
                out.println(
                    "Under way  to "
                        + at(data, started.to())
                        + (started.outdated() ? "; the node has run since, so it begins anew" : "")
                        + "\n           run 'kiln migrate --from "
                        + record.current().backend()
                        + " --to "
                        + started.to().backend()
                        + "' again to go on, or 'kiln migrate --undo'"));
    record
        .previous()
        .ifPresent(
            place ->
                out.println(
                    "Before     " + at(data, place) + "; 'kiln migrate --undo' goes back to it"));
    return Exit.OK;
  }

  private static String at(Path data, StorePlace place) {
    return place.backend() + " in " + place.in(data);
  }
}
