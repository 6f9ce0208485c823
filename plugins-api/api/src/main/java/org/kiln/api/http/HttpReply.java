package org.kiln.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** An answer. */
public sealed interface HttpReply {
  /** JSON, as every body of the Ceramic API is labelled. */
  String JSON = "application/json; charset=utf-8";

  /** The status code. */
  int status();

  /** The content type, empty text for none. */
  String contentType();

  /** Further headers. */
  Map<String, String> headers();

  /**
   * An answer whose bytes are ready, at most 64 MiB; larger ones are {@link Streamed}.
   *
   * @param status the status code
   * @param contentType the content type
   * @param headers further headers
   * @param parts the body in pieces, which are not changed afterwards; spares a copy to who caches
   *     them
   */
  record Body(int status, String contentType, Map<String, String> headers, List<byte[]> parts)
      implements HttpReply {}

  /**
   * An answer that is written as it comes, chunked; for server-sent events too.
   *
   * @param status the status code
   * @param contentType the content type
   * @param headers further headers
   * @param writer writes the body; blocks while the client is slow; ends the answer by coming back
   */
  record Streamed(int status, String contentType, Map<String, String> headers, Writer writer)
      implements HttpReply {}

  /** Writes a body. */
  @FunctionalInterface
  interface Writer {
    /**
     * Writes until done or until the client is gone, which shows as an IOException.
     *
     * @throws IOException when the client is gone
     */
    void write(OutputStream out) throws IOException;
  }

  /** 200 with JSON text. */
  static HttpReply json(byte[]... parts) {
    return new Body(200, JSON, Map.of(), List.of(parts));
  }

  /** An answer of plain text. */
  static HttpReply text(int status, String contentType, String text) {
    return new Body(status, contentType, Map.of(), List.of(text.getBytes(StandardCharsets.UTF_8)));
  }
}
