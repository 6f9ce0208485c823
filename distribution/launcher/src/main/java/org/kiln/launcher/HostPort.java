package org.kiln.launcher;

/**
 * Where to listen.
 *
 * @param host a name or address, without brackets
 * @param port 1 to 65535; 0 where any may be taken
 */
record HostPort(String host, int port) {

  /** Reads {@code host:port}; IPv6 addresses stand in brackets. */
  static HostPort parse(String text) {
    return parse(text, 1);
  }

  /** The same where port 0 means any that is free. */
  static HostPort parseAny(String text) {
    return parse(text, 0);
  }

  private static HostPort parse(String text, int smallest) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon < text.lastIndexOf(']')) {
      throw new IllegalArgumentException("must be HOST:PORT, for example 127.0.0.1:7007");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("needs brackets around an IPv6 address: [::1]:7007");
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("has no port number after the colon");
    }
    if (host.isEmpty() || port < smallest || port > 65535) {
      throw new IllegalArgumentException("needs a port between " + smallest + " and 65535");
    }
    return new HostPort(host, port);
  }

  /** The address a client on this machine can use: the wildcard addresses mean loopback. */
  HostPort reachable() {
    return switch (host) {
      case "0.0.0.0" -> new HostPort("127.0.0.1", port);
      case "::", "0:0:0:0:0:0:0:0" -> new HostPort("::1", port);
      default -> this;
    };
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
