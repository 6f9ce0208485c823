package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/**
 * No credential the node knows, or is tried on it, is in anything it writes: logs, console, error
 * bodies, metrics, files of its directory. The loudest log levels, with logins, admin routes,
 * requests that fail, and anchoring that fails.
 */
class SecretsIT {
  private static final String RPC_PASSWORD = "rpc-Pa55word-3f9a";
  private static final String RPC_KEY = "v3-pr0ject-key-77b1c2";
  private static final String TRIED_PASSWORD = "not-quite-the-passw0rd";
  private static final String TRIED_TOKEN = "deadbeef".repeat(8);
  private static final String ANCHOR_KEY = "5ec2e7".repeat(10) + "5ec2";
  private static final Duration TIME = Duration.ofSeconds(120);

  /** What has a secret by its very purpose; for the node's user alone. */
  private static final List<String> HOLDERS =
      List.of("operator.token", "evm.key", "libp2p/identity.key", "framework");

  @TempDir Path data;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> heard = new ArrayList<>();
  private URI url;

  @ParameterizedTest
  @ValueSource(strings = {"debug", "trace"})
  void shouldKeepEverySecretToItself(String level) throws Exception {
    Files.writeString(data.resolve("evm.key"), ANCHOR_KEY);
    Map<String, String> secrets = new LinkedHashMap<>();
    secrets.put("password of the chain's node", RPC_PASSWORD);
    secrets.put("key in the URL of the chain's node", RPC_KEY);
    secrets.put("key of the account that anchors", ANCHOR_KEY);
    secrets.put("password that was tried", TRIED_PASSWORD);
    secrets.put("token that was tried", TRIED_TOKEN);
    String console;
    int deadPort = NodeProcess.freePort();
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data, flags(level, deadPort))) {
      url = node.url();
      secrets.putAll(use(node));
      assertThat(node.stop()).isZero();
      console = node.output();
    }
    byte[] peerKey = Files.readAllBytes(data.resolve("libp2p/identity.key"));
    secrets.put("key of the peer, hex", HexFormat.of().formatHex(peerKey));
    secrets.put("key of the peer, base64", Base64.getEncoder().encodeToString(peerKey));

    Map<String, String> written = files();
    // Shown once, to whoever starts the node for the first time.
    written.put("console", console.replaceFirst("  Operator operator, password .*", ""));
    written.put("answers", String.join("\n", heard));
    secrets.forEach(
        (name, secret) ->
            written.forEach(
                (place, text) ->
                    assertThat(text.contains(secret)).as(name + " in " + place).isFalse()));
    assertThat(written.get("logs/kiln.log")).contains(" DEBUG ").contains("Anchoring");
    assertThat(talkative(written.get("logs/kiln.log"))).isEmpty();
    assertPrivate();
  }

  private String[] flags(String level, int deadPort) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("log.level", level);
    settings.put("http.rehearsal-seconds", "0");
    settings.put("network.enabled", "true");
    settings.put("network.listen", "");
    settings.put(
        "chain.rpc",
        "eip155:31337=http://user:" + RPC_PASSWORD + "@127.0.0.1:" + deadPort + "/" + RPC_KEY);
    settings.put("anchor.chain", "eip155:31337");
    settings.put("anchor.evm.key-file", "evm.key");
    settings.put("anchor.batch-interval-ms", "50");
    return settings.entrySet().stream()
        .flatMap(e -> Stream.of("--set", e.getKey() + "=" + e.getValue()))
        .toArray(String[]::new);
  }

  /** What people and programs do with a node; answers the secrets that came up. */
  private Map<String, String> use(NodeProcess node) throws Exception {
    Await.until("the operator is shown", () -> node.output().contains("password"));
    Matcher shown = Pattern.compile("password (\\S+)").matcher(node.output());
    assertThat(shown.find()).isTrue();
    String password = shown.group(1);
    String token = Files.readString(data.resolve("operator.token")).strip();
    String basic = basic("operator", password);
    HttpResponse<String> session =
        send("POST", "/admin/session", login("operator", password), Map.of());
    assertThat(session.statusCode()).as(session.body()).isEqualTo(200);
    String cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    Matcher csrf = Pattern.compile("\"csrf\":\"([^\"]+)\"").matcher(session.body());
    assertThat(csrf.find()).isTrue();
    String evesPassword = "eves-own-passw0rd-91";
    List<Map<String, String>> callers =
        List.of(
            Map.of("Authorization", "Bearer " + token),
            Map.of("Authorization", basic),
            Map.of("Cookie", cookie, "X-Kiln-CSRF", csrf.group(1)),
            Map.of("Authorization", "Bearer " + TRIED_TOKEN),
            Map.of("Authorization", basic("operator", TRIED_PASSWORD)));
    send("PUT", "/admin/credentials/eve", eve(evesPassword), callers.get(0));
    hear("POST", "/admin/session", login("operator", TRIED_PASSWORD), Map.of());
    for (Map<String, String> caller : callers) {
      for (String path :
          List.of(
              "/admin/plugins",
              "/admin/anchor",
              "/admin/credentials",
              "/admin/audit",
              "/admin/nowhere",
              "/api/v0/streams/nonsense",
              "/console/api/anchors")) {
        hear("GET", path, "", caller);
      }
      hear("POST", "/admin/anchor/now", "", caller);
      hear("PUT", "/admin/plugins", "no jar", caller);
      hear("POST", "/api/v0/streams", "{\"type\":", caller);
      hear("DELETE", "/metrics", "", caller);
    }
    ObjectNode create = JsonNodeFactory.instance.objectNode().put("type", 0);
    create.set("genesis", new Author(new byte[32]).tile(Ipld.map("n", Ipld.of(1)), "s").wire());
    create.putObject("opts").put("anchor", true).put("publish", false);
    hear("POST", "/api/v0/streams", create.toString(), Map.of());
    Await.until(
        "anchoring has failed",
        () -> {
          String anchors = send("GET", "/admin/anchor", "", callers.get(0)).body();
          heard.add(anchors);
          return !anchors.contains("\"lastError\":null");
        });
    hear("GET", "/metrics", "", Map.of());
    hear("GET", "/health", "", Map.of());
    return Map.of(
        "password of the operator", password,
        "token of the operator", token,
        "password of the operator, as a header", basic.substring("Basic ".length()),
        "password that was tried, as a header",
            basic("operator", TRIED_PASSWORD).substring("Basic ".length()),
        "cookie of the session", cookie.substring(cookie.indexOf('=') + 1),
        "token of the session", csrf.group(1),
        "password of a viewer", evesPassword);
  }

  private static String login(String name, String password) {
    return "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}";
  }

  private static String eve(String password) {
    return "{\"role\":\"viewer\",\"password\":\"" + password + "\"}";
  }

  private static String basic(String name, String password) {
    byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private void hear(String method, String path, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = send(method, path, body, headers);
    // What one was just given is no leak; everything else must not repeat it.
    heard.add(answer.headers().map() + "\n" + answer.body());
  }

  private HttpResponse<String> send(
      String method, String path, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path))
            .timeout(TIME)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Everything in the node's directory that is not a secret's own place. */
  private Map<String, String> files() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path name = data.relativize(file);
        if (HOLDERS.stream().noneMatch(name::startsWith)) {
          files.put(name.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }

  /** Lines below INFO of anybody but the node itself. */
  private static List<String> talkative(String log) {
    return log.lines()
        .filter(line -> line.matches("\\S+ (DEBUG|TRACE) +\\[.*"))
        .filter(line -> !line.matches("\\S+ \\S+ +\\[[^]]*] (o\\.k\\.|org\\.kiln\\.|kiln\\.).*"))
        .toList();
  }

  private void assertPrivate() throws IOException {
    for (String place : List.of("logs", "access", "framework", "libp2p")) {
      assertThat(permissions(data.resolve(place))).as(place).isEqualTo("rwx------");
    }
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("evm.key")) {
          // Native code of the index is unpacked as a program is.
          boolean code = file.startsWith(data.resolve("index").resolve("native"));
          assertThat(permissions(file))
              .as(file.toString())
              .isEqualTo(code && file.toString().endsWith(".so") ? "rwx------" : "rw-------");
        }
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
