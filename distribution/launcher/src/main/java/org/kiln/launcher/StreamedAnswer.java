package org.kiln.launcher;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An answer over HTTP that is read as it comes. Unlike {@link LocalHttp} it tells an answer that is
 * whole from one that was cut off.
 */
final class StreamedAnswer implements AutoCloseable {
  private static final int MOST_LINE = 16 << 10;
  private static final int MOST_HEADERS = 100;

  private final Socket socket;
  private final InputStream in;
  private final int status;
  private final InputStream body;

  private StreamedAnswer(Socket socket, InputStream in, int status, InputStream body) {
    this.socket = socket;
    this.in = in;
    this.status = status;
    this.body = body;
  }

  /** Sends a request without a body, and reads the answer's head; closes the socket on failure. */
  static StreamedAnswer of(Socket socket, String host, String target, Map<String, String> headers)
      throws IOException {
    try {
      StringBuilder request =
          new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
      headers.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
      // Not to be closed by the node: then its end would be the answer's, cut or whole.
      request.append("\r\n");
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
      String[] words = line(in).split(" ", 3);
      if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[0-9]{3}")) {
        throw new IOException("what answers there speaks no HTTP");
      }
      Map<String, String> answered = headers(in);
      boolean chunked = "chunked".equalsIgnoreCase(answered.get("transfer-encoding"));
      if (!chunked && !answered.containsKey("content-length")) {
        throw new IOException("the answer does not say where it ends");
      }
      InputStream body =
          chunked
              ? new Chunks(in)
              : new Counted(in, Long.parseLong(answered.get("content-length")));
      return new StreamedAnswer(socket, in, Integer.parseInt(words[1]), body);
    } catch (NumberFormatException e) {
      socket.close();
      throw new IOException("what answers there speaks no HTTP", e);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i < MOST_HEADERS; i++) {
      String line = line(in);
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    throw new IOException("the answer has too many headers");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw cut();
      }
      if (line.length() == MOST_LINE) {
        throw new IOException("the answer has a head that is too long");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static EOFException cut() {
    return new EOFException("the answer was cut off");
  }

  int status() {
    return status;
  }

  /** The body; reading it fails when it was cut off. */
  InputStream body() {
    return body;
  }

  /** All of the body of a short answer, such as an error. */
  String text() throws IOException {
    return new String(body.readNBytes(1 << 20), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    in.close();
    socket.close();
  }

  /** A body of a length that is known. */
  private static final class Counted extends InputStream {
    private final InputStream in;
    private long left;

    Counted(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, from, (int) Math.min(count, left));
      if (read < 0) {
        throw cut();
      }
      left -= read;
      return read;
    }
  }

  /** A body in chunks (RFC 9112 §7.1). */
  private static final class Chunks extends InputStream {
    private final InputStream in;
    private long left;
    private boolean begun;
    private boolean over;

    Chunks(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      if (left == 0 && !over) {
        nextChunk();
      }
      if (over) {
        return -1;
      }
      int read = in.read(bytes, from, (int) Math.min(count, left));
      if (read < 0) {
        throw cut();
      }
      left -= read;
      return read;
    }

    private void nextChunk() throws IOException {
      if (begun) {
        line(in);
      }
      begun = true;
      String size = line(in).split(";", 2)[0].strip();
      try {
        left = Long.parseLong(size, 16);
      } catch (NumberFormatException e) {
        throw new IOException("the answer has a chunk without a length", e);
      }
      if (left < 0) {
        throw new IOException("the answer has a chunk without a length");
      }
      over = left == 0;
    }
  }
}
