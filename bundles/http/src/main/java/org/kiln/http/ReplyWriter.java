package org.kiln.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpReply;

/** Writes answers. */
final class ReplyWriter {
  private ReplyWriter() {}

  /** Writes an answer whose bytes are ready. */
  static void write(HttpReply reply, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    HttpReply.Body body = (HttpReply.Body) reply;
    head(reply, response);
    List<byte[]> parts = body.parts();
    long length = 0;
    for (int i = 0; i < parts.size(); i++) {
      length += parts.get(i).length;
    }
    response.setContentLengthLong(length);
    if (length > 0 && !request.getMethod().equals("HEAD")) {
      ServletOutputStream out = response.getOutputStream();
      for (int i = 0; i < parts.size(); i++) {
        out.write(parts.get(i));
      }
    }
  }

  /** Writes an answer as it comes; the head goes out at once. */
  static void write(
      HttpReply.Streamed reply,
      RouteSlot slot,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    head(reply, response);
    response.flushBuffer();
    if (!request.getMethod().equals("HEAD")) {
      reply.writer().write(new LeaseStream(response.getOutputStream(), slot));
    }
  }

  private static void head(HttpReply reply, HttpServletResponse response) {
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
