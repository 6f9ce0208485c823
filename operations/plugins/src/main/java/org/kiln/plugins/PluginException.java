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
    /** Streams depend on it, and nobody has said that this is known. */
    HAS_STREAMS(409, "has-streams"),
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
  private final long streams;

  /** With a sentence for the operator. */
  public PluginException(Reason reason, String message) {
    this(reason, message, 0);
  }

  /** With the number of streams it is about. */
  PluginException(Reason reason, String message, long streams) {
    super(message);
    this.reason = reason;
    this.streams = streams;
  }

  /** How many streams it is about; 0 when it is about none. */
  long streams() {
    return streams;
  }

  /** What kind of trouble it is. */
  public Reason reason() {
    return reason;
  }
}
