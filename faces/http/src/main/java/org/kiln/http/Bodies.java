package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.plugin.Retry;

/**
 * Reads the bodies of requests: within a bound of their size and of all together, and no slower
 * than a client may be. As Express does, it takes bodies that are deflated; the bound is that of
 * what comes out. Thread-safe.
 */
final class Bodies {
  /**
   * Bodies up to that size count for nothing: there are fewer threads than would make them matter.
   */
  private static final int SMALL_BYTES = 8 << 10;

  /** More at once are no clients: beyond, health checks would find no thread. */
  private static final int MOST_AT_ONCE = 2048;

  private static final byte[] NOTHING = {};

  private final Transfers limits;
  private final ByteBudget receiving;
  private final Semaphore readers = new Semaphore(MOST_AT_ONCE);

  Bodies(Transfers limits) {
    this.limits = limits;
    this.receiving = new ByteBudget(limits.memoryBytes());
  }

  /** A body and the memory that is taken for it until it is closed. */
  static final class Received implements AutoCloseable {
    private final ByteBudget budget;
    private byte[] bytes = NOTHING;
    private int charged;

    private Received(ByteBudget budget) {
      this.budget = budget;
    }

    byte[] bytes() {
      return bytes;
    }

    private boolean grow(int size) {
      if (budget != null && size > SMALL_BYTES) {
        if (!budget.take(size)) {
          return false;
        }
        release();
        charged = size;
      }
      bytes = Arrays.copyOf(bytes, size);
      return true;
    }

    private void release() {
      if (charged > 0) {
        budget.give(charged);
        charged = 0;
      }
    }

    @Override
    public void close() {
      release();
    }
  }

  /** Whether a request has a body to be read. */
  static boolean has(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    return length > 0 || length < 0 && request.getHeader("Transfer-Encoding") != null;
  }

  /**
   * Refuses a body that is announced as too large.
   *
   * @throws HttpProblem 413
   */
  static void check(HttpServletRequest request, int maxBytes) throws HttpProblem {
    if (request.getContentLengthLong() > maxBytes) {
      throw tooLarge(maxBytes);
    }
  }

  static HttpProblem tooLarge(int maxBytes) {
    return new HttpProblem(
        413,
        "body-too-large",
        "request entity too large: at most " + maxBytes + " bytes are accepted");
  }

  /**
   * The body of anybody's request, within the memory there is for all of them.
   *
   * @throws HttpProblem 400, 408, 413, 415 or 503
   */
  Received ofAnyone(HttpServletRequest request, int maxBytes, Exchange exchange)
      throws HttpProblem {
    if (!readers.tryAcquire()) {
      throw full("The node receives as many requests as it can; please try again");
    }
    try {
      return read(request, maxBytes, exchange, new Received(receiving));
    } finally {
      readers.release();
    }
  }

  /** The body of a request whose sender has shown a credential, read when it is asked for. */
  RequestCall.Source ofKnown(HttpServletRequest request, int maxBytes, Exchange exchange) {
    return new RequestCall.Source() {
      @Override
      public byte[] read() throws HttpProblem {
        return has(request)
            ? Bodies.this.read(request, maxBytes, exchange, new Received(null)).bytes()
            : NOTHING;
      }

      @Override
      public InputStream open() throws HttpProblem {
        return has(request) ? stream(request, maxBytes, exchange) : InputStream.nullInputStream();
      }
    };
  }

  private InputStream stream(HttpServletRequest request, int maxBytes, Exchange exchange)
      throws HttpProblem {
    check(request, maxBytes);
    try {
      InputStream wire = new PacedStream(request.getInputStream(), exchange, limits);
      InputStream in = decoded(wire, request.getHeader("Content-Encoding"));
      long announced = in == wire ? request.getContentLengthLong() : -1;
      return new BodyStream(in, announced, maxBytes, this::problem);
    } catch (IOException e) {
      throw problem(e);
    }
  }

  private Received read(
      HttpServletRequest request, int maxBytes, Exchange exchange, Received received)
      throws HttpProblem {
    check(request, maxBytes);
    long announced = request.getContentLengthLong();
    try (InputStream wire = new PacedStream(request.getInputStream(), exchange, limits);
        InputStream in = decoded(wire, request.getHeader("Content-Encoding"))) {
      boolean plain = in == wire;
      fill(in, plain ? announced : -1, maxBytes, received);
      return received;
    } catch (IOException e) {
      received.close();
      throw problem(e);
    } catch (HttpProblem e) {
      received.close();
      throw e;
    }
  }

  /** What the client hears of a body that could not be read. */
  private HttpProblem problem(IOException e) {
    return switch (e) {
      case ZipException zip ->
          new HttpProblem(
              400, "body-broken", "The request body is not what its Content-Encoding says");
      case EOFException cut -> new HttpProblem(400, "body-cut", "The request body ended early");
      case TooSlow slow ->
          new HttpProblem(
              408,
              "body-too-slow",
              "The request body comes too slowly: "
                  + limits.minBytesPerSecond()
                  + " bytes a second are needed");
      default -> new HttpProblem(400, "body-cut", "The request body could not be read");
    };
  }

  private static InputStream decoded(InputStream wire, String encoding)
      throws IOException, HttpProblem {
    String name = encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "", "identity" -> wire;
      case "gzip", "x-gzip" -> new GZIPInputStream(wire, SMALL_BYTES);
      case "deflate" -> new InflaterInputStream(wire);
      default ->
          throw new HttpProblem(
              415,
              "unsupported-encoding",
              "unsupported content encoding \"" + name + "\"; gzip and deflate are understood");
    };
  }

  /** Memory is taken as bytes come, not as they are announced. */
  private void fill(InputStream in, long announced, int maxBytes, Received received)
      throws IOException, HttpProblem {
    int most = announced >= 0 ? (int) announced : maxBytes;
    int size = 0;
    while (true) {
      if (size == received.bytes.length && size < most) {
        int wanted = (int) Math.min(most, Math.max(SMALL_BYTES, size * 2L));
        if (!received.grow(wanted)) {
          throw full(
              "The node receives bodies of "
                  + receiving.bytes()
                  + " bytes, as many as it can; please try again");
        }
      }
      if (size == most) {
        if (announced < 0 && in.read() >= 0) {
          throw tooLarge(maxBytes);
        }
        break;
      }
      int count = in.read(received.bytes, size, received.bytes.length - size);
      if (count < 0) {
        if (announced >= 0) {
          throw new EOFException();
        }
        break;
      }
      size += count;
    }
    if (size < received.bytes.length) {
      received.bytes = Arrays.copyOf(received.bytes, size);
    }
  }

  private static HttpProblem full(String message) {
    return new HttpProblem(503, "busy", message, Retry.after(Duration.ofSeconds(1)), Map.of());
  }

  /** Says how the client sends, and breaks off when it is too slow. */
  private static final class PacedStream extends InputStream {
    private final InputStream in;
    private final Exchange exchange;
    private final Transfers limits;

    PacedStream(InputStream in, Exchange exchange, Transfers limits) {
      this.in = in;
      this.exchange = exchange;
      this.limits = limits;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      exchange.waiting();
      int read = in.read(bytes, from, count);
      exchange.moved(Math.max(0, read));
      if (read >= 0 && exchange.late(System.nanoTime(), limits)) {
        throw new TooSlow();
      }
      return read;
    }
  }

  /** The client sends too slowly. */
  private static final class TooSlow extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
