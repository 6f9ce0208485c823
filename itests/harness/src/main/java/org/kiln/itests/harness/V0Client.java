package org.kiln.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.kiln.api.stream.StreamId;

/** The v0 HTTP API of a node, for the requests the tests make. Thread-safe. */
public final class V0Client implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final URI node;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  /** Of the node at this URL. */
  public V0Client(URI node) {
    this.node = node;
  }

  /**
   * An answer.
   *
   * @param body a missing node when it was no JSON
   */
  public record Answer(int status, JsonNode body, String text) {
    /** Whether the request was taken. */
    public boolean ok() {
      return status == 200;
    }
  }

  /** Creates a stream, without an anchor. */
  public Answer create(int type, SignedEvent event) throws IOException, InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", type);
    body.set("genesis", event.wire());
    body.set("opts", quiet());
    return post("/api/v0/streams", body);
  }

  /** Applies an event, without an anchor. */
  public Answer apply(StreamId stream, SignedEvent event) throws IOException, InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("streamId", stream.toString());
    body.set("commit", event.wire());
    body.set("opts", quiet());
    return post("/api/v0/commits", body);
  }

  /** A stream's state. */
  public Answer load(StreamId stream) throws IOException, InterruptedException {
    return get("/api/v0/streams/" + stream + "?sync=2");
  }

  /** A stream's log. */
  public Answer commits(StreamId stream) throws IOException, InterruptedException {
    return get("/api/v0/commits/" + stream);
  }

  /** Any GET. */
  public Answer get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(node.resolve(path)).GET());
  }

  /** Any POST of JSON. */
  public Answer post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(node.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
    JsonNode body;
    try {
      body = JSON.readTree(response.body());
    } catch (IOException e) {
      body = JSON.missingNode();
    }
    return new Answer(response.statusCode(), body, response.body());
  }

  private static ObjectNode quiet() {
    return JsonNodeFactory.instance.objectNode().put("anchor", false).put("publish", false);
  }

  @Override
  public void close() {
    http.close();
  }
}
