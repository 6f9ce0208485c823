package org.kiln.api.plugin;

/** A failure that says whether it is worth trying again. */
public interface Retryable {
  /** Whether, and when. */
  Retry retry();
}
