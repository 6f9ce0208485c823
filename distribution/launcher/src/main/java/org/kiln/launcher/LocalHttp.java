package org.kiln.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Asks the node's own HTTP face. A plain socket, because the JDK's client costs a tenth of a second
 * and twenty megabytes that a node would carry for the rest of its life.
 */
final class LocalHttp {
  private static final int LIMIT = 4 * 1024 * 1024;

  private LocalHttp() {}

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body as text
   */
  record Answer(int status, String body) {}

  /** GET; at most 4 MiB of answer, at most {@code timeoutMs} between two bytes. */
  static Answer get(HostPort address, String path, int timeoutMs) throws IOException {
    return request("GET", address, path, null, timeoutMs);
  }

  /**
   * A request without a body, else like {@link #get}.
   *
   * @param token the bearer's token, or null
   */
  static Answer request(String method, HostPort address, String path, String token, int timeoutMs)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMs);
      socket.setSoTimeout(timeoutMs);
      String request =
          method
              + " "
              + path
              + " HTTP/1.0\r\nHost: "
              + address
              + (token == null ? "" : "\r\nAuthorization: Bearer " + token)
              + (method.equals("GET") ? "" : "\r\nContent-Length: 0")
              + "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
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
