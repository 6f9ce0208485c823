package org.kiln.net.mdns;

/** A packet that is no DNS message, or a larger one than anybody needs. */
public final class DnsException extends Exception {
  private static final long serialVersionUID = 1L;

  DnsException(String message) {
    super(message, null, false, false);
  }
}
