package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command {@code kiln}. */
public final class Main {
  /** After them threads may be left that would keep the process. */
  private static final List<String> ENDING = List.of("daemon", OneCommand.NAME);

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = run(Arrays.asList(args), System.out, System.err);
    System.out.flush();
    if (code != Exit.OK || args.length > 0 && ENDING.contains(args[0])) {
      System.exit(code);
    }
  }

  static int run(List<String> line, PrintStream out, PrintStream err) {
    try {
      if (!line.isEmpty() && line.get(0).equals("inspect")) {
        return Inspection.run(home(), line.subList(1, line.size()));
      }
      if (!line.isEmpty() && line.get(0).equals(OneCommand.NAME)) {
        return new OneCommand(home(), System.getenv(), out, err).run(line.subList(1, line.size()));
      }
      return run(Arguments.parse(line), out, err);
    } catch (RefusedException e) {
      boolean one = !line.isEmpty() && line.get(0).equals(OneCommand.NAME);
      err.println((one ? OneCommand.NAME : "kiln") + ": " + e.getMessage());
      return e.exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.FAILURE;
    }
  }

  private static int run(Arguments said, PrintStream out, PrintStream err)
      throws RefusedException, InterruptedException {
    Arguments arguments = said.without(Command.JSON);
    Answers answers = new Answers(out, said.has(Command.JSON));
    switch (arguments.command()) {
      case "help" -> {
        out.print(help(arguments.words()));
        return Exit.OK;
      }
      case "version" -> {
        out.println("kiln " + Version.current() + " (Java " + Runtime.version() + ")");
        return Exit.OK;
      }
      case "daemon" -> {
        arguments.noWords();
        return new Daemon(home(), configuration(arguments, err, Configuration::loadForStart), out)
            .run();
      }
      case "status" -> {
        arguments.noWords();
        return new Status(configuration(arguments, err), answers).run();
      }
      case BackupCommand.NAME -> {
        return new BackupCommand(configuration(arguments, err), out).run(arguments.words());
      }
      case RestoreCommand.NAME -> {
        return new RestoreCommand(configuration(arguments, err), out).run(arguments.words());
      }
      case "doctor" -> {
        arguments.noWords();
        return new DoctorCommand(configuration(arguments, err), answers).run();
      }
      case "config" -> {
        return new ConfigCommand(answers)
            .run(
                arguments.words(),
                () -> configuration(arguments, err, Configuration::loadForStart));
      }
      case "completion" -> {
        out.print(Completion.of(arguments.words()));
        return Exit.OK;
      }
      case "peers" -> {
        return new PeersCommand(configuration(arguments, err), answers).run(arguments.words());
      }
      case "anchor" -> {
        boolean now = arguments.words().equals(List.of("now"));
        if (!now) {
          arguments.noWords();
        }
        AnchorCommand anchor = new AnchorCommand(configuration(arguments, err), answers);
        return now ? anchor.now() : anchor.show();
      }
      case "access" -> {
        return new AccessCommand(configuration(arguments, err), answers).run(arguments.words());
      }
      case "plugin" -> {
        return new PluginCommand(configuration(arguments, err), answers).run(arguments.words());
      }
      case "index" -> {
        return new IndexCommand(configuration(arguments, err), out).run(arguments.words());
      }
      case QueryCommand.NAME -> {
        QueryCommand.Asked asked = QueryCommand.Asked.parse(arguments.words());
        return new QueryCommand(sql(asked.url(), arguments, err), out, err).run(asked);
      }
      case ExportCommand.NAME -> {
        ExportCommand.Asked asked = ExportCommand.Asked.parse(arguments.words());
        SqlConnection node;
        if (asked.url().isPresent()) {
          node = SqlConnection.to(asked.url().get());
        } else {
          Configuration configuration = configuration(arguments, err);
          ExportDirectory.refuseNested(asked.directory(), configuration.dataDirectory());
          node = SqlConnection.to(configuration);
        }
        ExportSource source = new ExportSource(node, Thread::sleep);
        return new ExportCommand(source, Clock.systemUTC(), out).run(asked.directory());
      }
      case Rebuild.NAME -> {
        if (!arguments.words().equals(List.of(Rebuild.INDEX))) {
          arguments.noWords();
        }
        return new Rebuild(home(), configuration(arguments, err), out).run(arguments.words());
      }
      case "check" -> {
        arguments.noWords();
        return new CheckCommand(home(), configuration(arguments, err), out).run();
      }
      case "rescue" -> {
        arguments.noWords();
        return new RescueCommand(home(), configuration(arguments, err), out).run();
      }
      case MigrateCommand.NAME -> {
        return new MigrateCommand(home(), configuration(arguments, err), out)
            .run(arguments.words());
      }
      case ImportCommand.NAME -> {
        return new ImportCommand(home(), configuration(arguments, err), out).run(arguments.words());
      }
      default -> throw unknown(arguments.command());
    }
  }

  private static String help(List<String> words) throws RefusedException {
    if (words.isEmpty() || words.equals(List.of("help"))) {
      return Help.commands();
    }
    if (words.contains("settings")) {
      return Help.settings();
    }
    return Help.command(Commands.find(words.get(0)).orElseThrow(() -> unknown(words.get(0))));
  }

  private static RefusedException unknown(String command) {
    return RefusedException.configuration(
        "There is no command "
            + command
            + "."
            + Suggestion.sentence(command, Commands.names())
            + " 'kiln help' lists them.");
  }

  private static SqlConnection sql(Optional<String> url, Arguments arguments, PrintStream err)
      throws RefusedException {
    return url.isPresent()
        ? SqlConnection.to(url.get())
        : SqlConnection.to(configuration(arguments, err));
  }

  /** Reads the settings, more or less strictly. */
  @FunctionalInterface
  private interface Reading {
    Configuration of(Path file, Map<String, String> environment, Map<String, String> flags)
        throws RefusedException;
  }

  private static Configuration configuration(Arguments arguments, PrintStream err)
      throws RefusedException {
    return configuration(arguments, err, Configuration::load);
  }

  private static Configuration configuration(Arguments arguments, PrintStream err, Reading reading)
      throws RefusedException {
    Path file = arguments.configFile();
    String fromEnvironment = System.getenv("KILN_CONFIG");
    if (file == null && fromEnvironment != null && !fromEnvironment.isBlank()) {
      file = Configuration.expand(fromEnvironment);
    }
    Configuration configuration = reading.of(file, System.getenv(), arguments.flags());
    configuration.warnings().forEach(warning -> err.println("kiln: " + warning));
    return configuration;
  }

  private static Path home() throws RefusedException {
    String home = System.getProperty("kiln.home");
    if (home == null) {
      throw RefusedException.configuration("Start Kiln with bin/kiln, which sets kiln.home.");
    }
    return Path.of(home);
  }
}
