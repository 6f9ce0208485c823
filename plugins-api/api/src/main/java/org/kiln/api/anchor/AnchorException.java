package org.kiln.api.anchor;

/** A chain could not be asked or written to; worth trying again unless {@link #permanent()}. */
public final class AnchorException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean permanent;

  /** With a sentence for the operator. */
  public AnchorException(String message, boolean permanent, Throwable cause) {
    super(message, cause);
    this.permanent = permanent;
  }

  /** Whether trying again cannot help (for example: reverted, no funds). */
  public boolean permanent() {
    return permanent;
  }
}
