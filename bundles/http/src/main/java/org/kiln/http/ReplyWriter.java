package org.kiln.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. */
final class ReplyWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);

  private ReplyWriter() {}

  /** Writes an answer whose bytes are ready; a client that has gone misses it. */
  static void write(HttpReply reply, HttpServletRequest request, HttpServletResponse response) {
    HttpReply.Body body = (HttpReply.Body) reply;
    head(reply, request, response);
    List<byte[]> parts = body.parts();
    long length = 0;
    for (int i = 0; i < parts.size(); i++) {
      length += parts.get(i).length;
    }
    response.setContentLengthLong(length);
    if (length == 0 || request.getMethod().equals("HEAD")) {
      return;
    }
    try {
      ServletOutputStream out = response.getOutputStream();
      for (int i = 0; i < parts.size(); i++) {
        out.write(parts.get(i));
      }
    } catch (IOException e) {
      LOG.debug("An answer found nobody: {}", e.getMessage());
    }
  }

  /**
   * Writes an answer as it comes; the head goes out at once.
   *
   * @throws IOException when the route failed to go on; the client must not take what it has for
   *     all
   */
  static void write(
      HttpReply.Streamed reply,
      RouteSlot slot,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    head(reply, request, response);
    boolean endless = reply.contentType().startsWith("text/event-stream");
    try {
      LeaseStream out = new LeaseStream(response.getOutputStream(), slot, endless);
      out.flush();
      if (!request.getMethod().equals("HEAD")) {
        reply.writer().write(out);
      }
    } catch (LeaseStream.Ended e) {
      LOG.debug("A stream ended: {}", e.getMessage());
    }
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
