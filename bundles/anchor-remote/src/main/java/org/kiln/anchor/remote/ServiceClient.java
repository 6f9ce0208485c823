package org.kiln.anchor.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.BoundedBody;
import org.kiln.api.plugin.Deadline;

/** The HTTP API of a Ceramic Anchor Service. Thread-safe. */
final class ServiceClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_ANSWER_BYTES = 4 << 20;

  private final String base;
  private final NodeIdentity identity;
  private final HttpClient http;

  /** Of the service at this URL; a slash at its end does not matter. */
  ServiceClient(URI url, NodeIdentity identity) {
    this.base = url.toString().replaceAll("/+$", "");
    this.identity = identity;
    this.http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
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
    long left = Math.min(deadline.remainingMs(), Duration.ofMinutes(5).toMillis());
    if (left <= 0) {
      throw new IOException("No time left to ask the anchor service");
    }
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(
            request.timeout(Duration.ofMillis(left)).build(),
            BoundedBody.ofAtMost(MAX_ANSWER_BYTES));
    try {
      HttpResponse<byte[]> response = exchange.get(left, TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), object(response.body()));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String reason =
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      throw new IOException("The anchor service is out of reach: " + reason, cause);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException("The anchor service did not answer in time", e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while asking the anchor service", e);
    }
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
    http.shutdownNow();
  }
}
