package org.kiln.did.pkh;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.BoundedBody;
import org.kiln.api.plugin.Deadline;

/**
 * Contracts behind Ethereum JSON-RPC endpoints ({@code eth_call}). Only the operator's endpoints
 * are ever contacted; answers are read up to a bound. Thread-safe.
 */
public final class JsonRpcChains implements ContractReader, AutoCloseable {
  private static final int MAX_ANSWER = 65_536;
  private static final int EXECUTION_REVERTED = 3;
  private static final long MAX_WAIT_MS = 10_000;
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, URI> endpoints;
  private final long maxWaitMs;
  private final HttpClient http;

  /**
   * With the endpoints of the chains.
   *
   * @param endpoints by CAIP-2 chain id, for example {@code eip155:1}
   */
  public JsonRpcChains(Map<String, URI> endpoints) {
    this(endpoints, Duration.ofMillis(MAX_WAIT_MS));
  }

  /** With another time for each answer, for tests. */
  JsonRpcChains(Map<String, URI> endpoints, Duration maxWait) {
    this.endpoints = Map.copyOf(endpoints);
    this.maxWaitMs = maxWait.toMillis();
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(maxWait)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException {
    URI endpoint = endpoints.get(chain);
    if (endpoint == null) {
      throw new IOException("no JSON-RPC endpoint is configured for " + chain);
    }
    long wait = Math.min(deadline.remainingMs(), maxWaitMs);
    if (wait == 0) {
      throw new IOException("no time is left to ask " + chain);
    }
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_call\",\"params\":[{\"to\":\""
            + contract
            + "\",\"data\":\""
            + Eip1271Signature.hex(data)
            + "\"},\"latest\"]}";
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return answer(chain, send(chain, request, wait));
  }

  private byte[] send(String chain, HttpRequest request, long waitMs) throws IOException {
    // The request's own timeout would end with the head of the answer.
    CompletableFuture<HttpResponse<byte[]>> asked =
        http.sendAsync(request, BoundedBody.ofAtMost(MAX_ANSWER));
    try {
      HttpResponse<byte[]> response = asked.get(waitMs, TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("the endpoint of " + chain + " answered " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("the endpoint of " + chain + " did not answer in time", e);
    } catch (ExecutionException e) {
      throw new IOException(
          "the endpoint of " + chain + " cannot be asked: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + chain, e);
    } finally {
      asked.cancel(true);
    }
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
    try {
      return HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex);
    } catch (IllegalArgumentException e) {
      throw new IOException("the endpoint of " + chain + " answered no hexadecimal", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
