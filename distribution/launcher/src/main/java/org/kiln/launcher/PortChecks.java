package org.kiln.launcher;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses the node listens on: whether they can be had while it does not run, and whether it
 * answers there while it does.
 */
final class PortChecks {
  private static final int PATIENCE_MS = 2_000;
  private static final List<String> FURTHER =
      List.of("one.address", "metrics.address", "sql.address");

  private final Configuration configuration;
  private final boolean runs;

  PortChecks(Configuration configuration, boolean runs) {
    this.configuration = configuration;
    this.runs = runs;
  }

  List<Finding> findings() {
    List<Finding> found = new ArrayList<>();
    Optional<LocalHttp.Place> running =
        DataDirectory.readState(configuration.dataDirectory())
            .filter(state -> runs)
            .map(AdminConnection::place);
    if (running.isPresent()) {
      found.add(answers(running.get()));
      return found;
    }
    HostPort http = configuration.httpAddress();
    found.add(free("http.address", http, true));
    open(http).ifPresent(found::add);
    for (String setting : FURTHER) {
      String address = configuration.get(setting);
      if (!address.isEmpty() && HostPort.parseAny(address).port() != 0) {
        found.add(free(setting, HostPort.parseAny(address), false));
      }
    }
    if (networkIsOn(configuration)) {
      for (String address : configuration.items("network.listen")) {
        found.add(peers(address));
      }
    }
    return found;
  }

  static boolean networkIsOn(Configuration configuration) {
    return switch (configuration.get("network.enabled")) {
      case "true" -> true;
      case "false" -> false;
      default -> !configuration.get("network").equals("inmemory");
    };
  }

  /** Whoever reaches the API may write; that should be meant. */
  private Optional<Finding> open(HostPort http) {
    try {
      return InetAddress.getByName(http.host()).isLoopbackAddress()
          ? Optional.empty()
          : Optional.of(
              Finding.warning(
                  "Ports",
                  "http.address is open to other machines"
                      + (Tls.wanted(configuration) ? "" : ", without TLS")
                      + ": whoever reaches it may read and write streams",
                  "Keep it on 127.0.0.1 behind a proxy with your rules, unless that is meant."));
    } catch (IOException e) {
      return Optional.empty(); // said with the port
    }
  }

  /** The running node, at the address that it was started with. */
  private static Finding answers(LocalHttp.Place place) {
    try {
      LocalHttp.get(place, "/health/live", PATIENCE_MS);
      return Finding.ok("Ports", place.url() + " answers");
    } catch (IOException e) {
      return Finding.bad(
          "Ports",
          place.url() + " does not answer: " + e.getMessage(),
          "See logs/kiln.log; if it says nothing, 'jcmd PID Thread.print' shows what it does.");
    }
  }

  private static Finding free(String setting, HostPort address, boolean needed) {
    String what = setting + " " + address;
    try {
      bind(address);
      return Finding.ok("Ports", what + " is free");
    } catch (IOException | IllegalArgumentException e) {
      String text = what + " cannot be had: " + e.getMessage();
      String advice = "Stop what listens there ('ss -ltnp' names it), or set " + setting + ".";
      return needed ? Finding.bad("Ports", text, advice) : Finding.warning("Ports", text, advice);
    }
  }

  private static void bind(HostPort address) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
    }
  }

  /** An address of {@code network.listen}: {@code /ip4/HOST/tcp/PORT}, or udp with quic. */
  private static Finding peers(String address) {
    String[] parts = address.split("/");
    try {
      InetSocketAddress place =
          new InetSocketAddress(InetAddress.getByName(parts[2]), Integer.parseInt(parts[4]));
      if (parts[3].equals("udp")) {
        new DatagramSocket(place).close();
      } else {
        bind(new HostPort(parts[2], place.getPort()));
      }
      return Finding.ok("Ports", address + " is free");
    } catch (IOException | IllegalArgumentException e) {
      return Finding.warning(
          "Ports",
          address + " cannot be had: " + e.getMessage(),
          "Stop what listens there, or set network.listen: without it nobody can connect.");
    }
  }
}
