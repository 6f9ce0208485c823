package org.kiln.core.guard.internal;

/** The exception of interfaces that allow none. */
final class Never extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private Never() {
    super("never thrown");
  }
}
