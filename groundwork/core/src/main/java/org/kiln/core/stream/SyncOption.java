package org.kiln.core.stream;

/** Whether to ask the network, in the order of the HTTP API's numbers 0 to 3. */
public enum SyncOption {
  /** Only when the stream is not known here, or nobody was asked for it since the start. */
  PREFER_CACHE,
  /** Always. */
  SYNC_ALWAYS,
  /** Never. */
  NEVER_SYNC,
  /** As the first, and when loading fails without. */
  SYNC_ON_ERROR
}
