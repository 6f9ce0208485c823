package org.kiln.anchor.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.http.BoundedClient;

/** The HTTP API of a Ceramic Anchor Service. Thread-safe. */
final class ServiceClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration MAX_WAIT = Duration.ofMinutes(5);
  private static final int MAX_ANSWER_BYTES = 4 << 20;

  private final String base;
  private final NodeIdentity identity;
  private final BoundedClient http;

  /** Of the service at this URL; a slash at its end does not matter. */
  ServiceClient(URI url, NodeIdentity identity) {
    this.base = url.toString().replaceAll("/+$", "");
    this.identity = identity;
    this.http = new BoundedClient(MAX_WAIT, MAX_ANSWER_BYTES);
  }

  /**
   * An answer.
   *
   * @param body a JSON object, empty when there was none
   */
  record Answer(int status, JsonNode body) {
    String text(String name) {
      return body.path(name).asText("");
    }
  }

  /**
   * Asks for a time event; the same again finds the first request.
   *
   * @throws IOException when the service is out of reach or does not answer as it should
   */
  Answer request(Cid root, Deadline deadline) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.put("streamId", identity.stream().toString());
    body.put("cid", root.toString());
    body.put("timestamp", Instant.now().toString());
    String text = JSON.writeValueAsString(body);
    String url = base + "/api/v0/requests";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Authorization", bearer(url, digest(text)))
            .POST(HttpRequest.BodyPublishers.ofString(text));
    return send(request, deadline);
  }

  /**
   * How far a request is.
   *
   * @throws IOException when the service is out of reach or does not answer as it should
   */
  Answer status(Cid root, Deadline deadline) throws IOException {
    String url = base + "/api/v0/requests/" + root;
    return send(
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", bearer(url, null)).GET(),
        deadline);
  }

  private String bearer(String url, String digest) {
    ObjectNode payload = JSON.createObjectNode();
    payload.put("url", url);
    payload.put("nonce", UUID.randomUUID().toString());
    if (digest != null) {
      payload.put("digest", digest);
    }
    return "Bearer " + identity.sign(payload.toString());
  }

  private static String digest(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "0x" + HexFormat.of().formatHex(Cid.sha256(Cid.RAW, bytes).digest());
  }

  private Answer send(HttpRequest.Builder request, Deadline deadline) throws IOException {
    HttpResponse<byte[]> response = http.send("The anchor service", request.build(), deadline);
    return new Answer(response.statusCode(), object(response.body()));
  }

  private static JsonNode object(byte[] body) throws IOException {
    try {
      JsonNode node = JSON.readTree(body);
      return node != null && node.isObject() ? node : JSON.createObjectNode();
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
