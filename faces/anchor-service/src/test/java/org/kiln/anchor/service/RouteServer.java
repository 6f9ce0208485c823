package org.kiln.anchor.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;

/** Serves routes on a port, as simply as can be. */
final class RouteServer implements AutoCloseable {
  private final HttpServer server;

  RouteServer(List<HttpRoute> routes) throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> serve(routes, exchange));
    server.start();
  }

  private static void serve(List<HttpRoute> routes, HttpExchange exchange) throws IOException {
    Call call = new Call(exchange, exchange.getRequestBody().readAllBytes());
    int status = 404;
    byte[] body = new byte[0];
    for (HttpRoute route : routes) {
      String fixed = route.pattern().replace("{cid}", "");
      boolean matches =
          route.pattern().endsWith("}")
              ? call.path().startsWith(fixed)
              : call.path().equals(route.pattern());
      if (matches && route.methods().contains(call.method())) {
        try {
          HttpReply.Body reply = (HttpReply.Body) route.handle(call);
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          reply.parts().forEach(out::writeBytes);
          status = reply.status();
          body = out.toByteArray();
        } catch (HttpProblem e) {
          status = e.status();
          body = ("{\"error\":\"" + e.getMessage().replace("\"", "'") + "\"}").getBytes();
        }
      }
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private record Call(HttpExchange exchange, byte[] body) implements HttpCall {
    @Override
    public String method() {
      return exchange.getRequestMethod();
    }

    @Override
    public String path() {
      return exchange.getRequestURI().getRawPath();
    }

    @Override
    public String variable(String name) {
      return path().substring(path().lastIndexOf('/') + 1);
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> queries() {
      return Map.of();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }

    @Override
    public Deadline deadline() {
      return Deadline.in(Duration.ofSeconds(60));
    }
  }
}
