package org.kiln.streams.derive;

/** A stream that has no room in memory to be derived; nobody else is to suffer from it. */
public final class NoRoomException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }
}
