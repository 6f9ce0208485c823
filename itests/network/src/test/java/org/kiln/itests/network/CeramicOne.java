package org.kiln.itests.network;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.kiln.itests.harness.NodeProcess;

/**
 * A ceramic-one in a process of its own, on loopback, of a network in memory. Which one is said by
 * the property {@code one.binary} or the variable {@code CERAMIC_ONE}.
 */
final class CeramicOne implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIME = Duration.ofSeconds(30);

  private final Path folder;
  private final int http = NodeProcess.freePort();
  private final int flight = NodeProcess.freePort();
  private final int metrics = NodeProcess.freePort();
  private final int port = NodeProcess.freePort();
  private final HttpClient client = HttpClient.newHttpClient();
  private Process process;

  private CeramicOne(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Starts one; skips the calling test where none is at hand. */
  static CeramicOne start(Path folder) throws Exception {
    Optional<Path> binary = binary();
    assumeTrue(
        binary.isPresent(), "No ceramic-one is at hand: -Done.binary or CERAMIC_ONE would name it");
    CeramicOne one = new CeramicOne(folder);
    one.begin(binary.get());
    return one;
  }

  private static Optional<Path> binary() {
    String named = System.getProperty("one.binary", System.getenv("CERAMIC_ONE"));
    return Optional.ofNullable(named).map(Path::of).filter(Files::isExecutable);
  }

  private void begin(Path binary) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            binary.toString(),
            "daemon",
            "--network=in-memory",
            "--store-dir=" + folder,
            "--p2p-key-dir=" + folder,
            "--bind-address=127.0.0.1:" + http,
            "--flight-sql-bind-address=127.0.0.1:" + flight,
            "--metrics-bind-address=127.0.0.1:" + metrics,
            "--swarm-addresses=/ip4/127.0.0.1/tcp/" + port,
            "--log-format=single-line");
    builder.environment().put("RUST_LOG", "warn,recon=info");
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    process = builder.start();
    Kiln.until("ceramic-one answers", () -> process.isAlive() && answers());
  }

  private boolean answers() throws Exception {
    try {
      return ask("GET", "/ceramic/liveness", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> ask(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + path))
            .timeout(TIME)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private void demand(HttpResponse<String> answer) {
    if (answer.statusCode() >= 300) {
      throw new AssertionError("ceramic-one: " + answer.statusCode() + " " + answer.body());
    }
  }

  /** Kills it and starts it again over the same store. */
  void killAndStart() throws Exception {
    process.destroyForcibly().waitFor();
    begin(binary().orElseThrow());
  }

  /** Wants the events of a model. */
  void want(String model) throws Exception {
    demand(ask("POST", "/ceramic/interests", "{\"sep\":\"model\",\"sepValue\":\"" + model + "\"}"));
  }

  /** Takes an event, as its clients give it. */
  void post(String data) throws Exception {
    demand(ask("POST", "/ceramic/events", "{\"data\":\"" + data + "\"}"));
  }

  /** Dials, once. */
  void dial(String address) throws Exception {
    String encoded = URLEncoder.encode(address, StandardCharsets.UTF_8);
    demand(ask("POST", "/ceramic/peers?addresses=" + encoded, ""));
  }

  /** Where it can be dialled. */
  String address() throws Exception {
    String id = JSON.readTree(ask("POST", "/api/v0/id", "").body()).get("ID").asText();
    return "/ip4/127.0.0.1/tcp/" + port + "/p2p/" + id;
  }

  /** The CIDs of all that its feed has delivered. */
  Set<String> delivered() throws Exception {
    return delivered((path) -> ask("GET", path, "").body());
  }

  /** Asks for a path. */
  @FunctionalInterface
  interface Get {
    /** The body of the answer. */
    String body(String path) throws Exception;
  }

  /** The same of any node with that API. */
  static Set<String> delivered(Get get) throws Exception {
    Set<String> all = new HashSet<>();
    String at = "0";
    while (true) {
      JsonNode page = JSON.readTree(get.body("/ceramic/feed/events?limit=10000&resumeAt=" + at));
      if (page.get("events").isEmpty()) {
        return all;
      }
      page.get("events").forEach(event -> all.add(event.get("id").asText()));
      at = page.get("resumeToken").asText();
    }
  }

  /** Lines of its log in which it says that it hung up over what a peer sent. */
  List<String> hungUp() throws IOException {
    try (var lines = Files.lines(folder.resolve("log"))) {
      return lines.filter(line -> line.contains("Hanging up")).toList();
    }
  }

  @Override
  public void close() throws Exception {
    client.close();
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
