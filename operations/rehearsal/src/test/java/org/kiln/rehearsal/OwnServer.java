package org.kiln.rehearsal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;
import org.kiln.http.v0.LocalCall;

/** A stage in an HTTP server that does just enough to have routes reached over connections. */
final class OwnServer implements Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public Scene open(List<HttpRoute> routes) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/some/where/", exchange -> answer(exchange, routes));
    server.start();
    return new Scene() {
      @Override
      public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/some/where");
      }

      @Override
      public void close() {
        server.stop(0);
      }
    };
  }

  private static void answer(HttpExchange exchange, List<HttpRoute> routes) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/some/where".length());
    byte[] body = exchange.getRequestBody().readAllBytes();
    for (HttpRoute route : routes) {
      Optional<Map<String, String>> variables = match(route.pattern(), path);
      if (variables.isPresent() && route.methods().contains(exchange.getRequestMethod())) {
        try {
          HttpReply reply =
              route.handle(
                  new LocalCall(
                      exchange.getRequestMethod(),
                      path,
                      variables.get(),
                      Map.of(),
                      body,
                      Deadline.in(PATIENCE)));
          send(exchange, reply.status(), bytes(reply));
        } catch (HttpProblem e) {
          send(exchange, e.status(), new byte[0]);
        }
        return;
      }
    }
    send(exchange, 404, new byte[0]);
  }

  private static Optional<Map<String, String>> match(String pattern, String path) {
    String[] wanted = pattern.split("/");
    String[] there = path.split("/");
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < Math.max(wanted.length, there.length); i++) {
      if (i >= wanted.length || i >= there.length) {
        return Optional.empty();
      }
      if (wanted[i].startsWith("{")) {
        variables.put(wanted[i].substring(1, wanted[i].length() - 1), there[i]);
      } else if (!wanted[i].equals(there[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  private static byte[] bytes(HttpReply reply) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (reply) {
      case HttpReply.Body ready -> ready.parts().forEach(out::writeBytes);
      case HttpReply.Streamed streamed -> streamed.writer().write(out);
    }
    return out.toByteArray();
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (body.length == 0) {
      exchange.getResponseHeaders().set("Content-Length", "0");
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
