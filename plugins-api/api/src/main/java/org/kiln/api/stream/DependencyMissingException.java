package org.kiln.api.stream;

/**
 * An event that cannot be judged yet: something it needs is not known here. It may be tried again.
 */
public final class DependencyMissingException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * What is missing, as {@code kind:key}, for example {@code stream:k2t6…} or {@code
   * did-method:web}.
   */
  private final String missing;

  /**
   * Names what is missing.
   *
   * @param missing as {@code kind:key}, for example {@code stream:k2t6…}
   * @param message a sentence for the client
   */
  public DependencyMissingException(String missing, String message) {
    super(message);
    this.missing = missing;
  }

  /** What is missing, as {@code kind:key}. */
  public String missing() {
    return missing;
  }
}
