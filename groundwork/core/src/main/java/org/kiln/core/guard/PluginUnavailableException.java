package org.kiln.core.guard;

/** A plugin gave no answer: it failed, did not come back, or is not called at the moment. */
public final class PluginUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String plugin;
  private final boolean failed;

  /**
   * With a sentence for the caller.
   *
   * @param plugin the symbolic name of its bundle
   * @param failed whether its code threw what it must not throw; else it may answer later
   */
  public PluginUnavailableException(String plugin, boolean failed, String message) {
    super(message, null, false, false);
    this.plugin = plugin;
    this.failed = failed;
  }

  /** The symbolic name of its bundle. */
  public String plugin() {
    return plugin;
  }

  /** Whether its code threw what it must not throw, or returned what it must not return. */
  public boolean failed() {
    return failed;
  }
}
