package org.kiln.anchor.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A chain's node that answers what a test says. */
final class FakeRpc implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, Function<JsonNode, String>> results = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  FakeRpc() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          JsonNode request = JSON.readTree(exchange.getRequestBody());
          byte[] answer = answer(request).getBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  /** The header of each request. */
  List<String> authorizations() {
    return authorizations;
  }

  private synchronized String answer(JsonNode request) {
    String method = request.get("method").asText();
    calls.add(method);
    Function<JsonNode, String> result = results.get(method);
    if (result == null) {
      return "{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no method " + method + "\"}}";
    }
    return result.apply(request.get("params"));
  }

  /** The result of a method as JSON text. */
  synchronized FakeRpc result(String method, String json) {
    results.put(method, params -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + json + "}");
    return this;
  }

  synchronized FakeRpc result(String method, Function<JsonNode, String> json) {
    results.put(
        method, params -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + json.apply(params) + "}");
    return this;
  }

  synchronized FakeRpc error(String method, String message) {
    ObjectNode error = JSON.createObjectNode();
    error.putObject("error").put("code", -32000).put("message", message);
    results.put(method, params -> error.toString());
    return this;
  }

  /** The whole body of the answer to a method. */
  synchronized FakeRpc body(String method, String body) {
    results.put(method, params -> body);
    return this;
  }

  synchronized long calls(String method) {
    return calls.stream().filter(method::equals).count();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
