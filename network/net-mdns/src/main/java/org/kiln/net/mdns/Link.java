package org.kiln.net.mdns;

import java.net.InetAddress;

/** One network that the machine is on, reached through one interface. */
public interface Link {
  /** Sends a packet to everybody on it who listens to multicast DNS. */
  void send(byte[] packet);

  /** Whether that address belongs to it. */
  boolean contains(InetAddress address);

  /** Whether that address is this machine's own, on whichever network. */
  boolean isOwn(InetAddress address);
}
