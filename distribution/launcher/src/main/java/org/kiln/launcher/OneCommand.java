package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code bin/ceramic-one}: a node for whoever starts one by the command line of ceramic-one. */
final class OneCommand {
  static final String NAME = "ceramic-one";

  /** The release whose command line, API and wire this is. */
  private static final String RELEASE = "0.58.0";

  private static final String STORE = "db.sqlite3";
  private static final String KEY = "id_ed25519_0";

  private final Path home;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  OneCommand(Path home, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.home = home;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  int run(List<String> words) throws RefusedException, InterruptedException {
    String command = words.isEmpty() ? "--help" : words.get(0);
    List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
    boolean help = rest.contains("--help") || rest.contains("-h");
    switch (help ? "--help" : command) {
      case "--version", "-V" -> {
        out.println("ceramic-one " + RELEASE + " (Kiln " + Version.current() + ")");
        return Exit.OK;
      }
      case "--help", "-h", "help" -> {
        out.print(help());
        return Exit.OK;
      }
      case "daemon" -> {
        return daemon(OneArguments.parse(rest, environment));
      }
      case "query" ->
          throw RefusedException.configuration(
              "Kiln has no Flight SQL shell. 'kiln query SQL --data DIR' asks the node of that"
                  + " --store-dir, and any client of Flight SQL is answered at the address that"
                  + " 'daemon --flight-sql-bind-address' names.");
      case "migrations" ->
          throw RefusedException.configuration(
              "Kiln reads no directories of Kubo. 'kiln import --from-ceramic-one DIR' takes over"
                  + " the store of a ceramic-one.");
      default ->
          throw RefusedException.configuration(
              "ceramic-one has no command "
                  + command
                  + "."
                  + Suggestion.sentence(command, List.of("daemon", "query", "migrations"))
                  + " 'ceramic-one --help' lists them.");
    }
  }

  private int daemon(OneArguments asked) throws RefusedException, InterruptedException {
    OneSettings.Result mapped = OneSettings.of(asked, environment);
    Map<String, String> flags = new HashMap<>(mapped.asked());
    if (!flags.containsKey("data") && !environment.containsKey("KILN_DATA")) {
      flags.put("data", mapped.defaults().get("data"));
    }
    Path file = null;
    String named = environment.get("KILN_CONFIG");
    if (named != null && !named.isBlank()) {
      file = Configuration.expand(named);
    }
    Configuration given = Configuration.load(file, environment, flags);
    mapped
        .defaults()
        .forEach(
            (key, value) -> {
              if (!given.isGiven(key)) {
                flags.put(key, value);
              }
            });
    if (!given.isGiven("http.address")) {
      // Several run beside each other on one machine, and nobody asked for this address.
      flags.put("http.address", "127.0.0.1:" + freePort());
    }
    Configuration configuration = Configuration.loadForStart(file, environment, flags);
    mapped.notes().forEach(note -> err.println("ceramic-one: " + note));
    configuration.warnings().forEach(warning -> err.println("ceramic-one: " + warning));
    Path data = configuration.dataDirectory();
    refuseOthersStore(data, configuration.get("network"));
    requireFree(configuration.get("one.address"));
    OneIdentity.adopt(
        asked.get("--p2p-key-dir").map(Configuration::expand).orElse(data).resolve(KEY), data);
    out.println("starting api server at address " + configuration.get("one.address"));
    return new Daemon(home, configuration, out).run();
  }

  /** A node that comes up empty, or half filled, where events are looks like one that lost them. */
  static void refuseOthersStore(Path data, String network) throws RefusedException {
    UnfinishedImport.refuse(data, network);
    if (Files.exists(data.resolve(STORE)) && StoreRecord.read(data).isEmpty()) {
      throw RefusedException.storage(
          data
              + " has the events of a ceramic-one that Kiln has not taken over. Say '"
              + UnfinishedImport.command(data.toString(), data, network)
              + "' first, or name another --store-dir to begin without them.");
    }
  }

  private static int freePort() throws RefusedException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw RefusedException.configuration("There is no free port on this machine: " + e);
    }
  }

  /** It is what this command is for; a node by another name would go on without it. */
  private static void requireFree(String address) throws RefusedException {
    if (address.isEmpty()) {
      return;
    }
    HostPort place = HostPort.parseAny(address);
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(place.host()), place.port()));
    } catch (IOException e) {
      throw RefusedException.configuration(
          "Failed to bind address: " + address + ". " + e.getMessage());
    }
  }

  private static String help() {
    StringBuilder text =
        new StringBuilder(
            """
            A Ceramic node, Kiln, by the command line of ceramic-one 0.58

            Usage: ceramic-one daemon [OPTIONS]
                   ceramic-one --version

            Every option can be given in the environment (CERAMIC_ONE_STORE_DIR for --store-dir), and
            every setting of Kiln's too (KILN_LOG_LEVEL for log.level): 'kiln help settings' lists them.

            """);
    for (OneOption option : OneOption.ALL) {
      String line =
          "  " + option.name() + (option.letter().isEmpty() ? "" : ", " + option.letter());
      text.append(
          option.instead().isEmpty()
              ? line + "\n"
              : String.format("%-34s not heeded: %s%n", line, option.instead()));
    }
    return text.toString();
  }
}
