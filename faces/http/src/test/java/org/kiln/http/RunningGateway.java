package org.kiln.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.servlet.ServletMapping;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.lending.Rank;

/** A gateway on the Jetty that the node ships with, on a free port. */
final class RunningGateway implements AutoCloseable {
  static final Limits LIMITS =
      new Limits(
          8,
          2,
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          200,
          1000,
          Transfers.DEFAULT);

  final Routes routes = new Routes();
  final Manners manners = new Manners();
  final GatewayCounters counters = new GatewayCounters(routes);
  final Gateway gateway;
  private final Server server = new Server(new VirtualThreadPool());
  private final ServerConnector connector = new ServerConnector(server, 1, 1, connections());
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ServletContextHandler context = new ServletContextHandler("/", false, false);
  private long serviceIds;

  /** What the node's start waits for; null when it is over. */
  volatile String starting;

  RunningGateway(Limits limits, List<String> origins, AccessPolicy access) throws Exception {
    gateway =
        new Gateway(
            routes,
            manners,
            counters,
            ServingRecord.NONE,
            () -> Optional.ofNullable(starting),
            limits,
            new Cors(origins),
            access,
            new AccessLog(true));
    connector.setHost("127.0.0.1");
    // Small, so that a client who does not read is noticed.
    connector.setAcceptedSendBufferSize(16 << 10);
    server.addConnector(connector);
    context.addServlet(new ServletHolder(gateway), "/*");
    context.getServletHandler().setDecodeAmbiguousURIs(true);
    server.setHandler(context);
    server.start();
  }

  /** As Felix sets Jetty up when org.eclipse.jetty.UriComplianceMode is LEGACY. */
  private static HttpConnectionFactory connections() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setUriCompliance(UriCompliance.LEGACY);
    return new HttpConnectionFactory(configuration);
  }

  static RunningGateway start() throws Exception {
    return new RunningGateway(LIMITS, List.of(".*"), new BearerAccess(List.of(), List.of()));
  }

  RunningGateway with(HttpRoute route) {
    routes.add(route, new Rank(0, ++serviceIds));
    return this;
  }

  /** Gives the server a further connector, as Felix does with what a ConnectorFactory makes. */
  Connector attach(Listener listener) {
    Connector more = listener.connector(server);
    server.addConnector(more);
    return more;
  }

  /** The servlet goes, and the server stays. */
  void leave() {
    context.getServletHandler().setServletMappings(new ServletMapping[0]);
    gateway.destroy();
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  HttpResponse<String> send(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends bytes as they are and reads until the server closes. */
  String raw(String request) throws IOException {
    try (Socket socket = open()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** A connection on which little is under way while nobody reads. */
  Socket openNarrow() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8 << 10);
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Reads until the text has come; what was read. */
  static String readUntil(InputStream in, String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new AssertionError("Closed after: " + read);
      }
      read.append((char) b);
    }
    return read.toString();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort() + path);
  }

  @Override
  public void close() {
    client.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
