package org.kiln.itests.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;

/**
 * A Kubo daemon with a repository of its own, that listens on the loopback interface only and knows
 * nobody. What it is asked goes through the command {@code ipfs}, as a user's does.
 */
final class Kubo implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIME = Duration.ofSeconds(180);

  private final Path program;
  private final Path folder;
  private final List<Process> running = new ArrayList<>();
  private PeerId id;
  private Multiaddr address;

  private Kubo(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /**
   * Makes a repository and starts a daemon on it.
   *
   * @param folder where it may write
   * @param algorithm of its identity key: {@code ed25519} or, as old ones have, {@code rsa}
   */
  static Kubo start(Path program, Path folder, String algorithm)
      throws IOException, InterruptedException {
    Kubo kubo = new Kubo(program, Files.createDirectories(folder));
    try {
      kubo.start(algorithm);
      return kubo;
    } catch (AssertionError | IOException | InterruptedException | RuntimeException e) {
      kubo.close();
      throw e;
    }
  }

  private void start(String algorithm) throws IOException, InterruptedException {
    ipfs("init", "--empty-repo", "--profile=test", "--algorithm=" + algorithm);
    configure(folder.resolve("repo/config"));
    Path log = folder.resolve("daemon.log");
    running.add(launch("daemon").redirectErrorStream(true).redirectOutput(log.toFile()).start());
    long end = System.nanoTime() + TIME.toNanos();
    while (!Files.readString(log).contains("Daemon is ready")) {
      if (System.nanoTime() > end || Files.readString(log).contains("\nError: ")) {
        throw new AssertionError("Kubo does not start: " + Files.readString(log));
      }
      LockSupport.parkNanos(20_000_000);
    }
    JsonNode self = JSON.readTree(ipfs("id", "--enc=json"));
    id = PeerId.parse(self.get("ID").asText());
    address = Multiaddrs.parse(self.get("Addresses").get(0).asText());
  }

  /** Nothing that reaches out of this machine, or that waits to have found out about it. */
  private static void configure(Path file) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    config.withObject("/Pubsub").put("Enabled", true);
    config.withObject("/Routing").put("Type", "none");
    config.withObject("/Addresses").putArray("Swarm").add("/ip4/127.0.0.1/tcp/0");
    config.withObject("/Addresses").putArray("Gateway");
    config.withObject("/AutoConf").put("Enabled", false);
    config.withObject("/AutoTLS").put("Enabled", false);
    config.withObject("/AutoNAT").put("ServiceMode", "disabled");
    config.withObject("/Discovery/MDNS").put("Enabled", false);
    config.withObject("/Swarm").put("DisableNatPortMap", true);
    config.withObject("/Swarm/RelayClient").put("Enabled", false);
    config.withObject("/Swarm/RelayService").put("Enabled", false);
    config.withObject("/Swarm").put("EnableHolePunching", false);
    config.withObject("/Version").put("SwarmCheckEnabled", false);
    config.withObject("/Plugins/Plugins/telemetry/Config").put("Mode", "off");
    config.putArray("Bootstrap");
    JSON.writeValue(file.toFile(), config);
  }

  /**
   * A command of the shell that runs {@code ipfs} until its standard input closes: so it ends with
   * this JVM, however that ends.
   */
  private ProcessBuilder launch(String... arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            "\"$@\" & running=$!; read -r line; kill -9 $running; wait",
            "sh",
            program.toString());
    builder.command().addAll(Arrays.asList(arguments));
    return environment(builder);
  }

  private ProcessBuilder environment(ProcessBuilder builder) {
    builder.environment().put("IPFS_PATH", folder.resolve("repo").toString());
    builder.environment().put("IPFS_TELEMETRY", "off");
    return builder;
  }

  PeerId id() {
    return id;
  }

  /** Where it listens, with its id. */
  Multiaddr address() {
    return address;
  }

  /** Runs a command to its end, answers what it wrote, without the last line's end. */
  String ipfs(String... arguments) throws IOException, InterruptedException {
    return new String(run(new byte[0], arguments), StandardCharsets.UTF_8).strip();
  }

  /**
   * Runs a command to its end, answers what it wrote.
   *
   * @param input what it reads
   * @throws IOException with what it complained of, when it fails or does not end in time
   */
  byte[] run(byte[] input, String... arguments) throws IOException, InterruptedException {
    Path in = Files.createTempFile(folder, "ipfs", ".in");
    Path out = Files.createTempFile(folder, "ipfs", ".out");
    Path err = Files.createTempFile(folder, "ipfs", ".err");
    Files.write(in, input);
    ProcessBuilder builder =
        new ProcessBuilder(program.toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.command().addAll(Arrays.asList(arguments));
    Process process = environment(builder).start();
    try {
      if (!process.waitFor(TIME.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(String.join(" ", arguments) + " has not ended");
      }
      if (process.exitValue() != 0) {
        throw new IOException(String.join(" ", arguments) + ": " + Files.readString(err));
      }
      return Files.readAllBytes(out);
    } finally {
      process.destroyForcibly();
    }
  }

  void dial(String other) throws IOException, InterruptedException {
    ipfs("swarm", "connect", other);
  }

  /** A message on a topic. */
  record Heard(String from, String text) {}

  /** What a topic's subscriber hears, from when it subscribed. */
  final class Topic {
    private final List<Heard> heard = new ArrayList<>();

    private Topic(Process process) {
      Thread.ofPlatform().daemon().name("kubo topic").start(() -> listen(process));
    }

    private void listen(Process process) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          JsonNode message = JSON.readTree(line);
          byte[] data = Multibase.decode(message.path("data").asText());
          synchronized (heard) {
            heard.add(
                new Heard(message.get("from").asText(), new String(data, StandardCharsets.UTF_8)));
            heard.notifyAll();
          }
        }
      } catch (IOException e) {
        // The daemon has ended; whoever waits for more of it says so.
        return;
      }
    }

    boolean has(Predicate<Heard> fits) {
      synchronized (heard) {
        return heard.stream().anyMatch(fits);
      }
    }

    /** The first message that fits, past or to come. */
    Heard await(Predicate<Heard> fits) throws InterruptedException {
      long end = System.nanoTime() + TIME.toNanos();
      synchronized (heard) {
        while (!has(fits)) {
          long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
          if (left <= 0) {
            throw new AssertionError("Kubo has not heard it, but " + heard);
          }
          heard.wait(left);
        }
        return heard.stream().filter(fits).findFirst().orElseThrow();
      }
    }
  }

  /** Subscribes to a topic; answers when the daemon has done so. */
  Topic subscribe(String topic) throws IOException, InterruptedException {
    Process process =
        launch("pubsub", "sub", "--enc=json", topic)
            .redirectError(folder.resolve("pubsub.err").toFile())
            .start();
    running.add(process);
    Topic subscribed = new Topic(process);
    long end = System.nanoTime() + TIME.toNanos();
    while (!ipfs("pubsub", "ls").lines().toList().contains(topic)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Kubo is not subscribed to " + topic);
      }
    }
    return subscribed;
  }

  /** Publishes a text, which those peers get that Kubo has grafted by now. */
  void publish(String topic, String text) throws IOException, InterruptedException {
    run(text.getBytes(StandardCharsets.UTF_8), "pubsub", "pub", topic);
  }

  @Override
  public void close() {
    for (Process process : running.reversed()) {
      try {
        process.getOutputStream().close();
        process.waitFor(60, TimeUnit.SECONDS);
      } catch (IOException e) {
        // It has ended already.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }
}
