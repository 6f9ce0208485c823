package org.kiln.anchor.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.kiln.api.plugin.BoundedBody;
import org.kiln.api.plugin.Deadline;

/** A chain's node, over HTTP. Thread-safe. */
final class JsonRpc implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_ANSWER_BYTES = 4 << 20;
  private static final Pattern WORD_ENDS = Pattern.compile("[:/?#@&=]+");
  private static final int MIN_SECRET_CHARS = 6;

  private final URI url;
  private final HttpClient http;
  private final AtomicLong ids = new AtomicLong();

  JsonRpc(URI url) {
    this.url = url;
    this.http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
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
    long left = Math.min(deadline.remainingMs(), Duration.ofMinutes(5).toMillis());
    if (left <= 0) {
      throw new IOException("No time left to ask the chain's node for " + method);
    }
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofMillis(left))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(request, BoundedBody.ofAtMost(MAX_ANSWER_BYTES));
    try {
      HttpResponse<byte[]> response = exchange.get(left, TimeUnit.MILLISECONDS);
      JsonNode answer = parse(method, response.body(), response.statusCode());
      if (!answer.isObject()) {
        throw new IOException("The chain's node answered " + method + " with no JSON object");
      }
      return answer;
    } catch (ExecutionException e) {
      throw new IOException(
          "The chain's node cannot be asked for " + method + ": " + reason(e.getCause()),
          e.getCause());
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException("The chain's node did not answer " + method + " in time", e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while asking the chain's node for " + method, e);
    }
  }

  /** A refused connection comes without a message. */
  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
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
    for (String part : WORD_ENDS.split(url.toString())) {
      if (part.length() >= MIN_SECRET_CHARS && !part.equals(url.getHost())) {
        kept = kept.replace(part, "…");
      }
    }
    return kept;
  }

  private static String brief(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
