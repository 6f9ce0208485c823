package org.kiln.api.feed;

import java.util.Objects;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/** A feed cannot be read from where somebody asks; the message says what to do. */
public final class FeedException extends Exception implements Retryable {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** The text is no resume token. */
    MALFORMED,
    /** The token was handed out by another node. */
    OTHER_NODE,
    /** The token is of this node, but its journal does not reach that far. */
    FUTURE,
    /** The token is of a journal that this node had before it was rescued or its journal lost. */
    GONE
  }

  /**
   * Says why.
   *
   * @param message a sentence for who asked, with what to do
   */
  public FeedException(Reason reason, String message) {
    super(message);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Never: the same token stays refused, and the message says what to ask for. */
  @Override
  public Retry retry() {
    return Retry.NEVER;
  }
}
