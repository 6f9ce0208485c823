package org.kiln.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Asks the node's own HTTP face. A plain socket, because the JDK's client costs a tenth of a second
 * and twenty megabytes that a node would carry for the rest of its life.
 */
final class LocalHttp {
  private static final byte[] NOTHING = {};
  private static final int LIMIT = 4 * 1024 * 1024;

  private LocalHttp() {}

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body as text
   */
  record Answer(int status, String body) {}

  /**
   * Where a node answers.
   *
   * @param address host and port
   * @param certificate the PEM file of its certificate, or null for plain HTTP
   */
  record Place(HostPort address, Path certificate) {
    /** What the header Host says. */
    String host() throws IOException {
      Optional<String> named = certificate == null ? Optional.empty() : Tls.hostOf(certificate);
      return named.map(name -> name + ":" + address.port()).orElseGet(address::toString);
    }

    /** Without a path. */
    String url() {
      return (certificate == null ? "http://" : "https://") + address;
    }

    /** Opens the way there. */
    Socket connect(int timeoutMs) throws IOException {
      Socket socket = certificate == null ? new Socket() : Tls.trusting(certificate).createSocket();
      try {
        socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMs);
        socket.setSoTimeout(timeoutMs);
        return socket;
      } catch (IOException | RuntimeException e) {
        socket.close();
        throw e;
      }
    }
  }

  /** GET; at most 4 MiB of answer, at most {@code timeoutMs} between two bytes. */
  static Answer get(HostPort address, String path, int timeoutMs) throws IOException {
    return get(new Place(address, null), path, timeoutMs);
  }

  /** GET; at most 4 MiB of answer, at most {@code timeoutMs} between two bytes. */
  static Answer get(Place place, String path, int timeoutMs) throws IOException {
    return request("GET", place, path, null, NOTHING, timeoutMs);
  }

  /**
   * Any request, else like {@link #get}.
   *
   * @param token the bearer's token, or null
   */
  static Answer request(
      String method, Place place, String path, String token, byte[] body, int timeoutMs)
      throws IOException {
    HostPort address = place.address();
    try (Socket socket = place.connect(timeoutMs)) {
      String request =
          method
              + " "
              + path
              + " HTTP/1.0\r\nHost: "
              + place.host()
              + (token == null ? "" : "\r\nAuthorization: Bearer " + token)
              + (method.equals("GET") ? "" : "\r\nContent-Length: " + body.length)
              + "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
      InputStream in = socket.getInputStream();
      String answer = new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      String[] words = answer.split(" ", 3);
      if (end < 0 || words.length < 2 || !words[0].startsWith("HTTP/")) {
        throw new IOException("No HTTP answer from " + address);
      }
      return new Answer(Integer.parseInt(words[1]), answer.substring(end + 4));
    } catch (NumberFormatException e) {
      throw new IOException("No HTTP answer from " + address, e);
    }
  }
}
