package org.kiln.core.guard.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.kiln.api.did.DidDocument;
import org.kiln.api.http.HttpReply;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Document;
import org.kiln.core.guard.PluginUnavailableException;

/**
 * Looks at what a plugin returned while still on its own thread: nothing of it is missing, and no
 * collection of its own making gets into the node, whose methods would be its code once more.
 */
final class Checked {
  /** Larger answers are to be {@link HttpReply.Streamed}. */
  static final long MAX_BODY_BYTES = 64L << 20;

  private static final Duration CONSTANTS = Duration.ofSeconds(5);

  private Checked() {}

  /** What an interface's constants are, asked once. */
  static <T> T constants(PluginThreads threads, Object owner, Supplier<T> work)
      throws PluginUnavailableException {
    return threads.call(
        owner,
        "the constants of " + owner.getClass().getName(),
        Deadline.in(CONSTANTS),
        caller -> work.get());
  }

  /** A value that must be there. */
  static <T> T present(T value, String what) {
    if (value == null) {
      throw new IllegalStateException(what + " returned null");
    }
    return value;
  }

  static Document document(Document document) {
    present(document, "it");
    present(document.content(), "content()");
    present(document.metadata(), "metadata()");
    present(document.next(), "next()");
    present(document.signature(), "signature()");
    return document;
  }

  static DidDocument did(DidDocument document) {
    present(document, "it");
    return DidDocument.of(
            present(document.id(), "id()"),
            List.copyOf(document.verificationMethods()),
            present(document.json(), "json()"))
        .withControllers(java.util.Set.copyOf(document.controllers()))
        .inForce(
            present(document.updated(), "updated()"),
            present(document.nextUpdate(), "nextUpdate()"));
  }

  /** An answer that can be written; the status of a final answer, headers of one line each. */
  static HttpReply reply(HttpReply reply) {
    present(reply, "it");
    if (reply.status() < 200 || reply.status() > 599) {
      throw new IllegalStateException("it answered with the status " + reply.status());
    }
    line(present(reply.contentType(), "contentType()"), "its content type");
    Map<String, String> headers = new HashMap<>(present(reply.headers(), "headers()"));
    headers.forEach(
        (name, value) -> {
          line(present(name, "a header's name"), "a header's name");
          line(present(value, "the header " + name), "its header " + name);
        });
    return switch (reply) {
      case HttpReply.Body body ->
          HttpReply.of(body.status(), body.contentType(), parts(body.parts()))
              .withHeaders(Map.copyOf(headers));
      case HttpReply.Streamed streamed ->
          HttpReply.streamed(
                  streamed.status(), streamed.contentType(), present(streamed.writer(), "writer()"))
              .withHeaders(Map.copyOf(headers));
    };
  }

  private static List<byte[]> parts(List<byte[]> parts) {
    List<byte[]> copy = List.copyOf(parts);
    long bytes = 0;
    for (byte[] part : copy) {
      bytes += part.length;
    }
    if (bytes > MAX_BODY_BYTES) {
      throw new IllegalStateException(
          "it answered with a body of "
              + bytes
              + " bytes; more than "
              + MAX_BODY_BYTES
              + " are to be streamed");
    }
    return copy;
  }

  private static void line(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' && text.charAt(i) != '\t' || text.charAt(i) == 0x7f) {
        throw new IllegalStateException(what + " holds a control character");
      }
    }
  }
}
