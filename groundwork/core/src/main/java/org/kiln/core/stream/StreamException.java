package org.kiln.core.stream;

import java.util.Map;

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
  private final Map<String, String> details;

  /** With a sentence for the client. */
  public StreamException(Reason reason, String message) {
    this(reason, message, Map.of());
  }

  /** With a sentence for the client and further details. */
  public StreamException(Reason reason, String message, Map<String, String> details) {
    super(bounded(message), null, false, false);
    this.reason = reason;
    this.details = Map.copyOf(details);
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

  /** Further details, for example {@code missing: stream-type:7}. */
  public Map<String, String> details() {
    return details;
  }
}
