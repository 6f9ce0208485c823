package org.kiln.core.extension;

/** No extension of that kind and key is installed, or none came in time. */
public final class ExtensionMissingException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String key;

  /**
   * Names what is missing.
   *
   * @param kind the simple name of the service interface
   * @param key the key asked for
   */
  public ExtensionMissingException(String kind, String key) {
    super("No " + kind + " '" + key + "' is installed", null, false, false);
    this.kind = kind;
    this.key = key;
  }

  /** The simple name of the service interface. */
  public String kind() {
    return kind;
  }

  /** The key asked for. */
  public String key() {
    return key;
  }
}
