package org.kiln.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.plugin.Retry;
import org.kiln.core.lending.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers, as many and as large at once as the node bears. Thread-safe. */
final class ReplyWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);

  /**
   * Whole answers up to that size may go out as long ones do where the memory for whole ones is
   * taken: of as many as there are of those they take little.
   */
  private static final int MIDDLING_BYTES = 256 << 10;

  /** There may be thousands of open streams; and what fills that must get away in time. */
  private static final int OPEN_STREAM_BYTES = 8 << 10;

  private final AnswerMemory memory;
  private final Places openStreams;
  private final Places longAnswers;

  ReplyWriter(Limits limits) {
    this.memory = new AnswerMemory(new ByteBudget(limits.transfers().memoryBytes()));
    this.openStreams = new Places(limits.maxOpenStreams(), limits.transfers().keptRequests());
    this.longAnswers = new Places(limits.transfers().maxLongAnswers(), 0);
  }

  private static boolean endless(HttpReply.Streamed reply) {
    return reply.contentType().startsWith("text/event-stream");
  }

  /**
   * Writes an answer that is ready; a client that has gone misses it.
   *
   * @return false when there is no room for it, and nothing is written
   */
  boolean write(
      HttpReply.Body reply,
      Exchange exchange,
      HttpServletRequest request,
      HttpServletResponse response) {
    List<byte[]> parts = reply.parts();
    if (memory.take(parts)) {
      try {
        writeTaken(reply, exchange, request, response);
      } finally {
        memory.give(parts);
      }
      return true;
    }
    if (length(parts) > MIDDLING_BYTES) {
      return false;
    }
    try (Places.Permit permit = longAnswers.take(request.getRequestURI())) {
      if (permit == null) {
        return false;
      }
      writeTaken(reply, exchange, request, response);
    }
    return true;
  }

  private static long length(List<byte[]> parts) {
    long length = 0;
    for (int i = 0; i < parts.size(); i++) {
      length += parts.get(i).length;
    }
    return length;
  }

  /** Why {@link #write} did not. */
  HttpProblem full() {
    return busy(
        "The node has answers of " + memory.bytes() + " bytes under way, as many as it can");
  }

  static HttpProblem busy(String message) {
    return new HttpProblem(503, "busy", message, Retry.after(Duration.ofSeconds(1)), Map.of());
  }

  private static void writeTaken(
      HttpReply.Body reply,
      Exchange exchange,
      HttpServletRequest request,
      HttpServletResponse response) {
    exchange.answering(false);
    head(reply, request, response);
    List<byte[]> parts = reply.parts();
    long length = length(parts);
    response.setContentLengthLong(length);
    if (length == 0 || request.getMethod().equals("HEAD")) {
      return;
    }
    try {
      ServletOutputStream out = response.getOutputStream();
      for (int i = 0; i < parts.size(); i++) {
        write(parts.get(i), out, exchange);
      }
    } catch (IOException e) {
      LOG.debug("An answer found nobody: {}", e.getMessage());
    }
  }

  private static void write(byte[] part, ServletOutputStream out, Exchange exchange)
      throws IOException {
    for (int from = 0; from < part.length; from += LeaseStream.PIECE_BYTES) {
      int count = Math.min(LeaseStream.PIECE_BYTES, part.length - from);
      exchange.waiting();
      out.write(part, from, count);
      exchange.moved(count);
    }
  }

  /**
   * Writes an answer as it comes; the head goes out at once.
   *
   * @return false when there is no room for it, and nothing is written
   * @throws IOException when the route failed to go on; the client must not take what it has for
   *     all
   */
  boolean write(
      HttpReply.Streamed reply,
      Lease<?> lease,
      Exchange exchange,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    boolean endless = endless(reply);
    Places room = endless ? openStreams : longAnswers;
    try (Places.Permit permit = room.take(request.getRequestURI())) {
      if (permit == null) {
        return false;
      }
      exchange.answering(endless);
      if (endless) {
        response.setBufferSize(OPEN_STREAM_BYTES);
      }
      head(reply, request, response);
      Connections.chunked(request, response);
      LeaseStream out = new LeaseStream(response.getOutputStream(), lease, endless, exchange);
      out.flush();
      if (!request.getMethod().equals("HEAD")) {
        reply.writer().write(out);
      }
    } catch (LeaseStream.Ended e) {
      LOG.debug("A stream ended: {}", e.getMessage());
    }
    return true;
  }

  /** Why {@link #write} did not. */
  static HttpProblem full(HttpReply.Streamed reply) {
    return busy(
        endless(reply)
            ? "The node has as many open streams as it can; please try again"
            : "The node writes as many long answers as it can; please try again");
  }

  private static void head(
      HttpReply reply, HttpServletRequest request, HttpServletResponse response) {
    ReasonPhrase.correct(request, reply.status());
    response.setStatus(reply.status());
    if (!reply.contentType().isEmpty()) {
      response.setContentType(reply.contentType());
    }
    Map<String, String> headers = reply.headers();
    if (!headers.isEmpty()) {
      headers.forEach(response::setHeader);
    }
  }
}
