package org.kiln.core.stream;

import java.util.Map;
import java.util.Optional;
import org.kiln.api.stream.Dependency;

/** A request that the stream service refuses. The message is for the client. */
public final class StreamException extends Exception {
  /** Longest message in UTF-16 units: sentences quote what came in, which may be of any length. */
  public static final int MAX_MESSAGE = 8192;

  private static final long serialVersionUID = 1L;

  /** Why, in terms of what the caller can do. */
  public enum Reason {
    /** The event or request is wrong; sending it again cannot help. */
    INVALID,
    /** The event is right in itself but does not build on the stream's tip, or lost to another. */
    CONFLICT,
    /** There is no such stream, event or commit here. */
    NOT_FOUND,
    /** Something it needs is not installed or not known here yet; details name it. */
    UNAVAILABLE,
    /** Too much to do just now. */
    BUSY,
    /** The node's disk is full or fails. */
    STORAGE
  }

  private final Reason reason;
  private final transient Dependency missing;

  /** With a sentence for the client. */
  public StreamException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** With a sentence for the client, and what was missing; null for nothing. */
  public StreamException(Reason reason, String message, Dependency missing) {
    super(bounded(message), null, false, false);
    this.reason = reason;
    this.missing = missing;
  }

  private static String bounded(String message) {
    if (message.length() <= MAX_MESSAGE) {
      return message;
    }
    String rest = "… (" + message.length() + " characters)";
    return message.substring(0, MAX_MESSAGE - rest.length()) + rest;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** What was missing, if it was for want of something. */
  public Optional<Dependency> missing() {
    return Optional.ofNullable(missing);
  }

  /** What a client is told besides the message, for example {@code missing: stream-type:7}. */
  public Map<String, String> details() {
    return missing == null ? Map.of() : Map.of("missing", missing.text());
  }
}
