package org.kiln.health;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.node.NodeInfo;

/**
 * {@code GET /}: what listens here, and where on it everything is, for who comes by with a browser.
 * It says nothing that the links do not say to everybody.
 */
final class FrontPage implements HttpRoute {
  private static final String HTML = "text/html; charset=utf-8";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer");

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <meta name="color-scheme" content="light dark">
      <title>Kiln</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
      dt { margin-top: 1rem }
      dt a { display: inline-block; min-height: 24px }
      dd { margin: 0 }
      </style>
      </head>
      <body>
      <main>
      <h1>A Ceramic node</h1>
      <p>Kiln %s, on the network %s.</p>
      <dl>
      <dt><a href="/console">Console</a></dt><dd>For operators: how it does, streams, peers, plugins. It wants a password.</dd>
      <dt><a href="/api/v0/docs">API</a></dt><dd>What clients use, to read; <a href="/api/v0/openapi.json">openapi.json</a> is the same as OpenAPI 3.1. In JavaScript: @ceramicnetwork/http-client, with this address.</dd>
      <dt><a href="/health">/health</a></dt><dd>What works and what does not; /health/ready and /health/live for who starts it, /api/v0/node/healthcheck for clients.</dd>
      <dt><a href="/metrics">/metrics</a></dt><dd>Numbers for Prometheus.</dd>
      </dl>
      </main>
      </body>
      </html>
      """;

  private final HttpReply reply;

  FrontPage(NodeInfo node) {
    String page = PAGE.formatted(node.version(), node.network().name());
    reply =
        HttpReply.of(200, HTML, List.of(page.getBytes(StandardCharsets.UTF_8)))
            .withHeaders(HEADERS);
  }

  @Override
  public String pattern() {
    return "/";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public int maxBodyBytes() {
    return 0;
  }

  @Override
  public HttpReply handle(HttpCall call) {
    return reply;
  }
}
