package org.kiln.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running {@code kiln daemon} on a free port of the loopback interface. Closing it kills the
 * process if it still runs.
 */
public final class NodeProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final int STOP_TIMEOUT_SECONDS = 60;

  /** A warning, an error or a line of a stack trace, in the log file or on the console. */
  private static final Pattern COMPLAINT =
      Pattern.compile("\\b(WARN|ERROR)\\b|^\\s+at [\\w.$/]+\\(|^Caused by: |^Exception in thread");

  /** The log of a start says where it listens as ceramic-one does. */
  private static final Pattern SQL = Pattern.compile("Flight SQL at (\\S+:[0-9]+)");

  private static final Pattern ONE = Pattern.compile("HTTP listener one on (http://\\S+)");

  private final Process process;
  private final Path data;
  private final Path output;
  private final URI url;
  private final long startMillis;

  private NodeProcess(Process process, Path data, Path output, URI url, long startMillis) {
    this.process = process;
    this.data = data;
    this.output = output;
    this.url = url;
    this.startMillis = startMillis;
  }

  /**
   * Starts a node and waits for its first 200.
   *
   * @param data its directory
   * @param flags further flags of {@code kiln daemon}
   * @throws IllegalStateException with everything the node said, when it ends or is not ready in
   *     time
   */
  public static NodeProcess start(Distribution distribution, Path data, String... flags)
      throws IOException, InterruptedException {
    return start(distribution, data, freePort(), Map.of(), Optional.empty(), List.of(flags));
  }

  /** The same with other options of Java, such as a small heap. */
  public static NodeProcess startIn(
      String javaOptions, Distribution distribution, Path data, String... flags)
      throws IOException, InterruptedException {
    Map<String, String> environment = Map.of("KILN_JAVA_OPTS", javaOptions);
    return start(distribution, data, freePort(), environment, Optional.empty(), List.of(flags));
  }

  /**
   * The same with TLS: the pair lies in the node's directory, and its name is {@code localhost}.
   */
  public static NodeProcess startTls(
      Distribution distribution, Path data, PemPair pair, String... flags)
      throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of("--set", "http.tls-certificate=node.crt", "--set", "http.tls-key=node.key"));
    all.addAll(List.of(flags));
    return start(distribution, data, freePort(), Map.of(), Optional.of(pair), all);
  }

  /**
   * The same node once more, at the same address, after it was stopped or killed.
   *
   * @param flags those it is to have now; none of before are kept
   */
  public NodeProcess again(Distribution distribution, String... flags)
      throws IOException, InterruptedException {
    return start(distribution, data, url.getPort(), Map.of(), Optional.empty(), List.of(flags));
  }

  private static NodeProcess start(
      Distribution distribution,
      Path data,
      int port,
      Map<String, String> environment,
      Optional<PemPair> tls,
      List<String> flags)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("kiln-node", ".out");
    List<String> line =
        new ArrayList<>(
            List.of(
                distribution.command().toString(),
                "daemon",
                "--data",
                data.toString(),
                "--http",
                "127.0.0.1:" + port,
                "--network",
                "inmemory",
                // Several nodes run beside each other: none may want the port of ceramic-one.
                "--set",
                "one.address=127.0.0.1:0"));
    line.addAll(flags);
    long begin = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    URI url = URI.create((tls.isPresent() ? "https://localhost:" : "http://127.0.0.1:") + port);
    HttpClient.Builder http = HttpClient.newBuilder();
    tls.ifPresent(pair -> http.sslContext(pair.trusting()));
    try (HttpClient probes = http.build()) {
      awaitReady(process, url, probes, output);
    } catch (IllegalStateException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
    return new NodeProcess(process, data, output, url, (System.nanoTime() - begin) / 1_000_000);
  }

  private static void awaitReady(Process process, URI url, HttpClient http, Path output)
      throws IOException, InterruptedException {
    HttpRequest probe =
        HttpRequest.newBuilder(url.resolve("/api/v0/node/healthcheck"))
            .timeout(Duration.ofSeconds(5))
            .build();
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() < end) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "The node ended with " + process.exitValue() + ": " + Files.readString(output));
      }
      try {
        if (http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Nobody listens yet: asked again until the deadline.
      }
    }
    throw new IllegalStateException(
        "The node was not ready within " + START_TIMEOUT + ": " + Files.readString(output));
  }

  /** A port of the loopback interface that nobody listened on a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Where the node answers, without a path. */
  public URI url() {
    return url;
  }

  /** Where the node answers as ceramic-one does, without a path, as its log says. */
  public URI oneUrl() throws IOException {
    Matcher said = ONE.matcher(log());
    String found = null;
    while (said.find()) {
      found = said.group(1);
    }
    if (found == null) {
      throw new IllegalStateException("The log names no listener of that API: " + log());
    }
    return URI.create(found);
  }

  /**
   * Where the node answers SQL, {@code HOST:PORT}, once its log says so: the tables are opened
   * beside the start.
   */
  public String awaitSqlAddress() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() < end) {
      Matcher said = SQL.matcher(log());
      String found = null;
      while (said.find()) {
        found = said.group(1);
      }
      if (found != null) {
        return found;
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    throw new IllegalStateException("The log names no address of SQL: " + log());
  }

  /** The node's directory. */
  public Path data() {
    return data;
  }

  /** The process id; the command hands over to Java by exec, so it is Java's. */
  public long pid() {
    return process.pid();
  }

  /** Milliseconds from the start of the command to the first 200. */
  public long startMillis() {
    return startMillis;
  }

  /** Whether the process runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Kills the node with signal 9 and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks the node to stop, with SIGTERM, and answers its exit code. */
  public int stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IllegalStateException(
          "The node did not stop within " + STOP_TIMEOUT_SECONDS + " s: " + output());
    }
    return process.exitValue();
  }

  /** What the node wrote to the console. */
  public String output() throws IOException {
    return Files.readString(output);
  }

  /** What the node wrote to its log file; of a directory's earlier nodes as well. */
  public String log() throws IOException {
    Path file = data.resolve("logs/kiln.log");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** Lines of log and console that are a warning, an error or part of a stack trace. */
  public List<String> complaints() throws IOException {
    return (log() + "\n" + output())
        .lines()
        .filter(line -> COMPLAINT.matcher(line).find())
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        process.destroyForcibly().waitFor();
      }
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
