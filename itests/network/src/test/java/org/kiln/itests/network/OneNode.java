package org.kiln.itests.network;

import java.io.IOException;
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
import java.util.concurrent.TimeUnit;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/**
 * A node started by the command line of ceramic-one, on loopback, be it a Kiln or one of theirs.
 */
final class OneNode implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String http;
  private final String flight;

  private OneNode(Process process, int http, int flight) {
    this.process = process;
    this.http = "http://127.0.0.1:" + http;
    this.flight = "http://127.0.0.1:" + flight;
  }

  /** The command of the shipped node that takes the place of ceramic-one's. */
  static Path kiln() {
    return Distribution.find().command().resolveSibling("ceramic-one");
  }

  /**
   * Starts one, which answers afterwards.
   *
   * @param store where it keeps everything
   * @param environment what is added to it
   * @param more words of the command line
   */
  static OneNode start(Path command, Path store, Map<String, String> environment, String... more)
      throws Exception {
    Files.createDirectories(store);
    int http = NodeProcess.freePort();
    int flight = NodeProcess.freePort();
    List<String> words =
        new ArrayList<>(
            List.of(
                command.toString(),
                "daemon",
                "--store-dir=" + store,
                "--p2p-key-dir=" + store,
                "--bind-address=127.0.0.1:" + http,
                "--flight-sql-bind-address=127.0.0.1:" + flight,
                "--metrics-bind-address=127.0.0.1:" + NodeProcess.freePort(),
                "--swarm-addresses=/ip4/127.0.0.1/tcp/" + NodeProcess.freePort()));
    words.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(store.resolve("output.txt").toFile()));
    builder.environment().putAll(environment);
    OneNode node = new OneNode(builder.start(), http, flight);
    try {
      Kiln.until(store.getFileName() + " answers", node::answers);
    } catch (Exception | AssertionError e) {
      node.close();
      throw e;
    }
    return node;
  }

  private boolean answers() throws InterruptedException {
    try {
      return process.isAlive() && post("/api/v0/id").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where its API is, without a slash at the end. */
  String http() {
    return http;
  }

  /** Where it answers SQL. */
  String flight() {
    return flight;
  }

  /** Posts nothing there. */
  HttpResponse<String> post(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(http + path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Stops it as an operator does. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    client.close();
  }
}
