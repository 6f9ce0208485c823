package org.kiln.streams.derive;

/** A stream that has no room in memory to be derived; nobody else is to suffer from it. */
public final class NoRoomException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean ever;

  NoRoomException(String message, boolean ever) {
    super(message);
    this.ever = ever;
  }

  /** Whether the stream is too large for this heap, whatever else is derived. */
  boolean ever() {
    return ever;
  }
}
