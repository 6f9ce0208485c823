package org.kiln.rehearsal;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import javax.net.ssl.SSLSocket;

/**
 * A client of the node's own server on one kept connection. It speaks as much HTTP as this server
 * answers with; a real client would bring hundreds of classes into a node that calls nobody. For
 * one thread; another may close it.
 */
final class Actor implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;
  private static final int MAX_LINE_BYTES = 8192;
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private final String host;
  private final String prefix;
  private final Socket socket;
  private final InputStream in;

  private Actor(URI base, String host, Socket connected) throws IOException {
    this.host = host;
    this.prefix = base.getPath();
    this.socket = connected;
    this.in = new BufferedInputStream(connected.getInputStream(), MAX_LINE_BYTES);
  }

  /** Connects to a scene. */
  static Actor at(URI base) throws IOException {
    boolean secure = base.getScheme().equals("https");
    int port = base.getPort() >= 0 ? base.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(base.getHost(), port), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      if (secure) {
        SSLSocket tls = OwnTls.over(socket, base.getHost(), port);
        return new Actor(base, OwnTls.name(tls).orElse(base.getHost()) + ":" + port, tls);
      }
      return new Actor(base, base.getAuthority(), socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Makes a request.
   *
   * @return the status of the answer
   */
  int request(Request request) throws IOException {
    socket.getOutputStream().write(request.bytes(host, prefix));
    String[] status = line().split(" ", 3);
    long length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring("content-length:".length()).strip());
      }
    }
    if (length < 0 || status.length < 2) {
      throw new IOException("An answer without a length cannot be read here");
    }
    in.skipNBytes(length);
    return Integer.parseInt(status[1]);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() > MAX_LINE_BYTES) {
        throw new EOFException("The server has closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }
}
