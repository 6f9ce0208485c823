package org.kiln.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer. Immutable. */
public sealed interface HttpReply {
  /** JSON, as every body of the Ceramic API is labelled. */
  String JSON = "application/json; charset=utf-8";

  /** The status code. */
  int status();

  /** The content type, empty text for none. */
  String contentType();

  /** Further headers; cannot be changed. */
  Map<String, String> headers();

  /** The same answer with a header more. */
  HttpReply with(String header, String value);

  /** The same answer with these further headers in the place of those it had. */
  HttpReply withHeaders(Map<String, String> others);

  /** An answer whose bytes are ready, at most 64 MiB; larger ones are {@link Streamed}. */
  final class Body implements HttpReply {
    private final int status;
    private final String contentType;
    private final Map<String, String> headers;
    private final List<byte[]> parts;

    private Body(int status, String contentType, Map<String, String> headers, List<byte[]> parts) {
      this.status = status;
      this.contentType = contentType;
      this.headers = headers;
      this.parts = parts;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public String contentType() {
      return contentType;
    }

    @Override
    public Map<String, String> headers() {
      return headers;
    }

    /** The body in pieces. They are not copied, and nobody changes them. */
    public List<byte[]> parts() {
      return parts;
    }

    @Override
    public Body with(String header, String value) {
      return new Body(status, contentType, plus(headers, header, value), parts);
    }

    @Override
    public Body withHeaders(Map<String, String> others) {
      return new Body(status, contentType, frozen(others), parts);
    }
  }

  /** An answer that is written as it comes, chunked; for server-sent events too. */
  final class Streamed implements HttpReply {
    private final int status;
    private final String contentType;
    private final Map<String, String> headers;
    private final Writer writer;

    private Streamed(int status, String contentType, Map<String, String> headers, Writer writer) {
      this.status = status;
      this.contentType = contentType;
      this.headers = headers;
      this.writer = writer;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public String contentType() {
      return contentType;
    }

    @Override
    public Map<String, String> headers() {
      return headers;
    }

    /** Writes the body; blocks while the client is slow; ends the answer by coming back. */
    public Writer writer() {
      return writer;
    }

    @Override
    public Streamed with(String header, String value) {
      return new Streamed(status, contentType, plus(headers, header, value), writer);
    }

    @Override
    public Streamed withHeaders(Map<String, String> others) {
      return new Streamed(status, contentType, frozen(others), writer);
    }
  }

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
  static Body json(byte[]... parts) {
    return of(200, JSON, List.of(parts));
  }

  /** An answer of plain text. */
  static Body text(int status, String contentType, String text) {
    return of(status, contentType, List.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * An answer whose bytes are ready.
   *
   * @param contentType the content type, empty text for none
   * @param parts the body in pieces, which are not changed afterwards; spares a copy to who caches
   *     them
   */
  static Body of(int status, String contentType, List<byte[]> parts) {
    return new Body(status, contentType, Map.of(), List.copyOf(parts));
  }

  /** An answer that is written as it comes. */
  static Streamed streamed(int status, String contentType, Writer writer) {
    return new Streamed(status, contentType, Map.of(), writer);
  }

  private static Map<String, String> plus(Map<String, String> some, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(some);
    more.put(name, value);
    return Collections.unmodifiableMap(more);
  }

  /** A copy in the same order. */
  private static Map<String, String> frozen(Map<String, String> some) {
    return some.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(some));
  }
}
