package org.kiln.api.store;

/** What must hold when a write returns. */
public enum Durability {
  /** It survives a crash of the process and of the machine: synced to the disk. */
  SYNCED,
  /** It survives neither for sure, but is never half there. For data that can be derived again. */
  BUFFERED
}
