package org.kiln.api.stream;

/**
 * Where a stream's tip stands with blockchain time, in the order of the HTTP API's numbers 0 to 5.
 */
public enum AnchorStatus {
  /** Nobody asked for a time event. */
  NOT_REQUESTED,
  /** Asked for, waiting for a batch. */
  PENDING,
  /** In a batch that is being anchored. */
  PROCESSING,
  /** The tip is a time event. */
  ANCHORED,
  /** Anchoring failed for good. */
  FAILED,
  /** A newer request of the same stream took over. */
  REPLACED
}
