package org.kiln.core.access;

/** The record of every change an operator makes. Thread-safe; comes back quickly. */
public interface AuditLog {
  /**
   * Writes one line. Texts that are too long are cut.
   *
   * @param who name of the credential or DID; empty when nobody proved to be anybody
   * @param from the address the request came from
   * @param action what was asked for, for example {@code POST /admin/anchor/now}
   * @param outcome what became of it, for example {@code 202}
   * @param detail a sentence more, or empty
   */
  void record(String who, String from, String action, String outcome, String detail);
}
