package org.kiln.did.pkh;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.crypto.Ethereum;
import org.kiln.kit.http.BoundedClient;

/**
 * Contracts behind Ethereum JSON-RPC endpoints ({@code eth_call}). Only the operator's endpoints
 * are ever contacted; answers are read up to a bound. Thread-safe.
 */
public final class JsonRpcChains implements ContractReader, AutoCloseable {
  private static final int MAX_ANSWER = 65_536;
  private static final int EXECUTION_REVERTED = 3;
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, URI> endpoints;
  private final BoundedClient http;

  /**
   * With the endpoints of the chains.
   *
   * @param endpoints by CAIP-2 chain id, for example {@code eip155:1}
   */
  public JsonRpcChains(Map<String, URI> endpoints) {
    this(endpoints, MAX_WAIT);
  }

  /** With another time for each answer, for tests. */
  JsonRpcChains(Map<String, URI> endpoints, Duration maxWait) {
    this.endpoints = Map.copyOf(endpoints);
    this.http = new BoundedClient(maxWait, MAX_ANSWER);
  }

  @Override
  public Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException {
    URI endpoint = endpoints.get(chain);
    if (endpoint == null) {
      throw new IOException("no JSON-RPC endpoint is configured for " + chain);
    }
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_call\",\"params\":[{\"to\":\""
            + contract
            + "\",\"data\":\""
            + Ethereum.hex(data)
            + "\"},\"latest\"]}";
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return answer(chain, http.body("the endpoint of " + chain, request, deadline));
  }

  private static Optional<byte[]> answer(String chain, byte[] json) throws IOException {
    try (JsonParser in = JSON.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the endpoint of " + chain + " answered no object");
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        JsonToken value = in.nextToken();
        if (name.equals("result") && value == JsonToken.VALUE_STRING) {
          return Optional.of(bytes(chain, in.getText()));
        }
        if (name.equals("error") && value == JsonToken.START_OBJECT) {
          requireReverted(chain, in);
          return Optional.empty();
        }
        in.skipChildren();
      }
    }
    throw new IOException("the endpoint of " + chain + " gave no result");
  }

  /** Only a call the chain itself reverted is an answer; other errors are the endpoint's own. */
  private static void requireReverted(String chain, JsonParser in) throws IOException {
    int code = 0;
    String message = "";
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      if (name.equals("code") && value == JsonToken.VALUE_NUMBER_INT) {
        code = in.getIntValue();
      } else if (name.equals("message") && value == JsonToken.VALUE_STRING) {
        message = in.getText();
      }
      in.skipChildren();
    }
    if (code != EXECUTION_REVERTED && !message.contains("revert")) {
      throw new IOException("the endpoint of " + chain + " answered error " + code);
    }
  }

  private static byte[] bytes(String chain, String hex) throws IOException {
    return Ethereum.bytes(hex)
        .orElseThrow(
            () -> new IOException("the endpoint of " + chain + " answered no hexadecimal"));
  }

  @Override
  public void close() {
    http.close();
  }
}
