package org.kiln.type.caip10;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.plugin.BoundedBody;
import org.kiln.api.plugin.Deadline;

/**
 * Nodes of chains that hold their accounts' keys. Only those the operator named are ever contacted;
 * they have 10 seconds, and answers are read up to 256 KiB. Thread-safe.
 */
public final class ChainNodes implements AutoCloseable {
  private static final int MAX_ANSWER = 262_144;
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final Map<String, URI> nodes;
  private final long maxWaitMs;
  private final HttpClient http;

  /**
   * With the addresses of the nodes' HTTP interfaces.
   *
   * @param nodes by CAIP-2 chain id, for example {@code tezos:NetXdQprcVkpaWU}
   */
  public ChainNodes(Map<String, URI> nodes) {
    this(nodes, MAX_WAIT);
  }

  /** With another time for each answer, for machines that are slow. */
  ChainNodes(Map<String, URI> nodes, Duration maxWait) {
    this.nodes = Map.copyOf(nodes);
    this.maxWaitMs = maxWait.toMillis();
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(maxWait)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * What the chain's node has at the path.
   *
   * @throws IOException when it cannot be asked now, or none is configured
   */
  byte[] get(String chain, String path, Deadline deadline) throws IOException {
    return send(chain, HttpRequest.newBuilder(uri(chain, path)).GET(), deadline);
  }

  /**
   * What the chain's node answers to the document.
   *
   * @throws IOException when it cannot be asked now, or none is configured
   */
  byte[] post(String chain, String path, String json, Deadline deadline) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(chain, path))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(json));
    return send(chain, request, deadline);
  }

  private URI uri(String chain, String path) throws IOException {
    URI node = nodes.get(chain);
    if (node == null) {
      throw new IOException("no node of " + chain + " is configured");
    }
    String base = node.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  private byte[] send(String chain, HttpRequest.Builder request, Deadline deadline)
      throws IOException {
    long wait = Math.min(deadline.remainingMs(), maxWaitMs);
    if (wait == 0) {
      throw new IOException("no time is left to ask the node of " + chain);
    }
    // The request's own timeout would end with the head of the answer.
    CompletableFuture<HttpResponse<byte[]>> asked =
        http.sendAsync(request.build(), BoundedBody.ofAtMost(MAX_ANSWER));
    try {
      HttpResponse<byte[]> response = asked.get(wait, TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("the node of " + chain + " answered " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("the node of " + chain + " did not finish its answer", e);
    } catch (ExecutionException e) {
      throw new IOException(
          "the node of " + chain + " cannot be asked: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking the node of " + chain, e);
    } finally {
      asked.cancel(true);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
