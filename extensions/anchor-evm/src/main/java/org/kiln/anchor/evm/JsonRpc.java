package org.kiln.anchor.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.http.BoundedClient;

/** A chain's node, over HTTP. Thread-safe. */
final class JsonRpc implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration MAX_WAIT = Duration.ofMinutes(5);
  private static final int MAX_ANSWER_BYTES = 4 << 20;
  private static final Pattern WORD_ENDS = Pattern.compile("[:/?#@&=]+");
  private static final int MIN_SECRET_CHARS = 6;

  private final URI url;
  private final List<String> secrets;
  private final BoundedClient http;
  private final AtomicLong ids = new AtomicLong();

  JsonRpc(URI url) {
    this.url = url;
    this.secrets = secrets(url);
    this.http = new BoundedClient(MAX_WAIT, MAX_ANSWER_BYTES);
  }

  /** The node answered with an error. */
  static final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;

    RpcException(String message) {
      super(message, null, false, false);
    }

    /** Whether its message, in any case, contains one of these. */
    boolean says(String... phrases) {
      String message = getMessage().toLowerCase(Locale.ROOT);
      for (String phrase : phrases) {
        if (message.contains(phrase)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Calls a method.
   *
   * @param params texts, booleans and JSON nodes
   * @return the result, a null node when it is null
   * @throws IOException when the node is out of reach or does not answer as it should
   * @throws RpcException when it answers with an error
   */
  JsonNode call(String method, Deadline deadline, Object... params)
      throws IOException, RpcException {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", ids.incrementAndGet()).put("method", method);
    ArrayNode list = request.putArray("params");
    for (Object param : params) {
      list.add(param instanceof JsonNode node ? node : JSON.valueToTree(param));
    }
    JsonNode answer = send(method, request, deadline);
    JsonNode error = answer.get("error");
    if (error != null && !error.isNull()) {
      throw new RpcException(
          withoutSecrets(
              error.path("message").asText("error without a message")
                  + (error.path("data").isTextual()
                      ? " " + brief(error.path("data").asText())
                      : "")));
    }
    JsonNode result = answer.get("result");
    if (result == null) {
      throw new IOException("The chain's node answered " + method + " without a result");
    }
    return result;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  private JsonNode send(String method, ObjectNode body, Deadline deadline) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    HttpResponse<byte[]> response =
        http.send("The chain's node (" + method + ")", request, deadline);
    JsonNode answer = parse(method, response.body(), response.statusCode());
    if (!answer.isObject()) {
      throw new IOException("The chain's node answered " + method + " with no JSON object");
    }
    return answer;
  }

  static JsonNode parse(String method, byte[] bytes, int status) throws IOException {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new IOException(
          "The chain's node answered " + method + " with status " + status + " and no JSON", e);
    }
  }

  /** Providers repeat the key they do not know, and what they say gets into logs and answers. */
  private String withoutSecrets(String text) {
    String kept = text;
    for (String secret : secrets) {
      kept = kept.replace(secret, "…");
    }
    return kept;
  }

  /** What may be a key or a password in a URL, as it stands there and as it is sent. */
  private static List<String> secrets(URI url) {
    List<String> secrets = new ArrayList<>();
    Optional.ofNullable(url.getUserInfo())
        .ifPresent(
            pair -> {
              byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
              secrets.add(Base64.getEncoder().encodeToString(bytes));
              secrets.add(pair.substring(pair.indexOf(':') + 1));
            });
    secrets.addAll(List.of(WORD_ENDS.split(url.toString())));
    secrets.removeIf(part -> part.length() < MIN_SECRET_CHARS || part.equals(url.getHost()));
    return List.copyOf(secrets);
  }

  private static String brief(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  @Override
  public void close() {
    http.close();
  }
}
