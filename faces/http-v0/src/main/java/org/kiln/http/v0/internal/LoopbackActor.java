package org.kiln.http.v0.internal;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.kiln.http.v0.Stage;

/**
 * A client of the node's own server on one kept connection. It speaks as much HTTP as this server
 * answers with; a real client would bring hundreds of classes into a node that calls nobody.
 */
final class LoopbackActor implements Stage.Actor {
  private static final int TIMEOUT_MS = 10_000;
  private static final int MAX_LINE_BYTES = 8192;

  private final String host;
  private final String prefix;
  private final Socket socket;
  private final InputStream in;

  LoopbackActor(URI server, String prefix) throws IOException {
    this.host = server.getAuthority();
    this.prefix = prefix;
    this.socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      this.in = new BufferedInputStream(socket.getInputStream(), MAX_LINE_BYTES);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public int request(Stage.Request request) throws IOException {
    byte[] body = request.body();
    String head =
        request.method()
            + " "
            + prefix
            + request.path()
            + " HTTP/1.1\r\nHost: "
            + host
            + (body.length == 0 ? "" : "\r\nContent-Type: application/json")
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[start.length + body.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    socket.getOutputStream().write(all);
    return answer();
  }

  private int answer() throws IOException {
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
