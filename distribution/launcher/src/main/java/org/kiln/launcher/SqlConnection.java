package org.kiln.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Where SQL is asked: of the node of a data directory, or at an address that anyone may ask. */
final class SqlConnection {
  private static final int CONNECT_MS = 10_000;

  /** Longer than the node may take for a query by default, and than its signs of life of feeds. */
  private static final int SILENCE_MS = 300_000;

  /** Opens the way to a node. */
  private interface Way {
    Socket connect() throws IOException;
  }

  private final Way way;
  private final String host;
  private final String path;
  private final String url;
  private final Optional<String> token;

  private SqlConnection(Way way, String host, String path, String url, Optional<String> token) {
    this.way = way;
    this.host = host;
    this.path = path;
    this.url = url;
    this.token = token;
  }

  /** The node that the settings name. */
  static SqlConnection to(Configuration configuration) throws RefusedException {
    AdminConnection node = AdminConnection.to(configuration);
    LocalHttp.Place place = node.place();
    try {
      return new SqlConnection(
          () -> place.connect(CONNECT_MS),
          place.host(),
          "/admin/query",
          place.url(),
          Optional.of(node.token().text()));
    } catch (IOException e) {
      throw RefusedException.storage("The node's certificate cannot be read: " + e.getMessage());
    }
  }

  /** A node that answers at {@code /ceramic/query}. */
  static SqlConnection to(String url) throws RefusedException {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw notUrl(url);
    }
    boolean tls = "https".equals(uri.getScheme());
    if (!tls && !"http".equals(uri.getScheme()) || uri.getHost() == null) {
      throw notUrl(url);
    }
    String name = uri.getHost().replaceAll("[\\[\\]]", "");
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    String base = Optional.ofNullable(uri.getRawPath()).orElse("").replaceFirst("/+$", "");
    return new SqlConnection(
        () -> connect(name, port, tls),
        uri.getRawAuthority(),
        base + "/ceramic/query",
        url,
        Optional.empty());
  }

  private static RefusedException notUrl(String url) {
    return RefusedException.configuration(
        "--url needs the address of a node, as http://127.0.0.1:5101, not " + url + ".");
  }

  private static Socket connect(String host, int port, boolean tls) throws IOException {
    Socket socket = tls ? SSLSocketFactory.getDefault().createSocket() : new Socket();
    try {
      if (socket instanceof SSLSocket secure) {
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
      }
      socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Asks.
   *
   * @param queries parameters of the URL beside the statement
   * @param accept the media type that is wanted
   * @throws IOException when nobody answers
   */
  StreamedAnswer ask(String sql, Map<String, String> queries, String accept) throws IOException {
    StringBuilder target = new StringBuilder(path + "?sql=" + encoded(sql));
    queries.forEach((name, value) -> target.append("&" + encoded(name) + "=" + encoded(value)));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", accept + ", application/problem+json;q=0.1");
    token.ifPresent(text -> headers.put("Authorization", "Bearer " + text));
    Socket socket = way.connect();
    socket.setSoTimeout(SILENCE_MS);
    return StreamedAnswer.of(socket, host, target.toString(), headers);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** What is said when nobody answers. */
  RefusedException silent(IOException e) {
    return new RefusedException(
        Exit.FAILURE, "The node at " + url + " does not answer: " + e.getMessage());
  }

  /** The node's own sentence, with the exit code for it. */
  RefusedException refusal(StreamedAnswer answer) throws IOException {
    Map<String, String> fields = Map.of();
    try {
      fields = JsonFields.read(answer.text());
    } catch (IOException e) {
      // Said below, by the status.
    }
    String sentence = "";
    for (String name : List.of("error", "detail", "message")) {
      sentence = sentence.isEmpty() ? fields.getOrDefault(name, "") : sentence;
    }
    return switch (answer.status()) {
      case 400, 403 -> RefusedException.configuration(sentence);
      case 404 ->
          new RefusedException(
              Exit.FAILURE,
              "The node at "
                  + url
                  + " answers no SQL: "
                  + (token.isPresent()
                      ? "set sql.address, and start it again."
                      : "it needs sql.address and sql.http."));
      case 414, 431 ->
          RefusedException.configuration(
              "The statement is longer than a URL may be; longer ones go by Flight SQL.");
      default ->
          new RefusedException(
              Exit.FAILURE,
              sentence.isEmpty()
                  ? "The node at " + url + " answers " + answer.status() + "."
                  : sentence);
    };
  }
}
