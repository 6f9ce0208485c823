package org.kiln.itests.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import org.kiln.itests.harness.NodeProcess;

/** The admin routes of a node, as its operator. Thread-safe. */
final class Admin implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final NodeProcess node;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Admin(NodeProcess node) throws IOException {
    this.node = node;
    this.token = Files.readString(node.data().resolve("operator.token")).strip();
  }

  record Answer(int status, JsonNode body) {
    String error() {
      return body.path("error").asText();
    }

    String message() {
      return body.path("message").asText();
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, new byte[0]);
  }

  Answer send(String method, String path, byte[] body) throws IOException, InterruptedException {
    var answer =
        http.send(
            HttpRequest.newBuilder(node.url().resolve(path))
                .timeout(Duration.ofSeconds(120))
                .header("Authorization", "Bearer " + token)
                .method(method, BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofString());
    return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
  }

  Answer install(byte[] jar) throws IOException, InterruptedException {
    return send("POST", "/admin/plugins", jar);
  }

  Answer upgrade(String name, byte[] jar) throws IOException, InterruptedException {
    return send("POST", "/admin/plugins/" + name + "/upgrade", jar);
  }

  Answer check(byte[] jar) throws IOException, InterruptedException {
    return send("POST", "/admin/plugins/check", jar);
  }

  Answer tell(String name, String verb) throws IOException, InterruptedException {
    return send("POST", "/admin/plugins/" + name + "/" + verb, new byte[0]);
  }

  Answer uninstall(String name) throws IOException, InterruptedException {
    return send("DELETE", "/admin/plugins/" + name, new byte[0]);
  }

  /** The plugin's description. */
  JsonNode plugin(String name) throws IOException, InterruptedException {
    return get("/admin/plugins/" + name).body();
  }

  @Override
  public void close() {
    http.close();
  }
}
