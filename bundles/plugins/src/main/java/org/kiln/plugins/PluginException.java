package org.kiln.plugins;

/** An operation on a plugin that is refused or was undone. The message says what to do. */
public final class PluginException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of trouble it is. */
  public enum Reason {
    /** The jar cannot be a plugin of this node as it is. */
    REFUSED(422, "plugin-refused"),
    /** The new version was not well; the one before it is back. */
    ROLLED_BACK(409, "rolled-back"),
    /** It did not start, and nothing of it is left. */
    FAILED(409, "plugin-failed"),
    /** The plugin's state, or another plugin, does not allow it. */
    CONFLICT(409, "conflict"),
    /** Another operation is under way. */
    BUSY(409, "busy"),
    /** There is no such plugin. */
    UNKNOWN(404, "not-found"),
    /** The data directory cannot be written. */
    STORAGE(507, "storage");

    private final int status;
    private final String code;

    Reason(int status, String code) {
      this.status = status;
      this.code = code;
    }

    int status() {
      return status;
    }

    String code() {
      return code;
    }
  }

  private final Reason reason;

  /** With a sentence for the operator. */
  public PluginException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What kind of trouble it is. */
  public Reason reason() {
    return reason;
  }
}
