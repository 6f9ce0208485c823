package org.kiln.type.caip10;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.http.BoundedClient;

/**
 * Nodes of chains that hold their accounts' keys. Only those the operator named are ever contacted;
 * they have 10 seconds, and answers are read up to 256 KiB. Thread-safe.
 */
public final class ChainNodes implements AutoCloseable {
  private static final int MAX_ANSWER = 262_144;
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final Map<String, URI> nodes;
  private final BoundedClient http;

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
    this.http = new BoundedClient(maxWait, MAX_ANSWER);
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
    return http.body("the node of " + chain, request.build(), deadline);
  }

  @Override
  public void close() {
    http.close();
  }
}
