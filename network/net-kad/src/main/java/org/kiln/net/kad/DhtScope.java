package org.kiln.net.kad;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kiln.api.net.Multiaddr;

/**
 * Which addresses a DHT is about. As Kubo has two, the one of the internet and the one of the local
 * network that a node is in, so that neither is told what is of use only in the other.
 */
public enum DhtScope {
  /** All peers; private addresses are told to those who ask from one. */
  WAN {
    @Override
    boolean admits(Multiaddr peer) {
      return true;
    }

    @Override
    List<Multiaddr> own(List<Multiaddr> addresses) {
      return addresses;
    }

    @Override
    List<Multiaddr> told(List<Multiaddr> addresses, Multiaddr asker) {
      return isPrivate(asker)
          ? addresses
          : addresses.stream().filter(address -> !isPrivate(address)).toList();
    }
  },

  /** Peers that are connected over private addresses, and only those addresses. */
  LAN {
    @Override
    boolean admits(Multiaddr peer) {
      return isPrivate(peer);
    }

    @Override
    List<Multiaddr> own(List<Multiaddr> addresses) {
      return addresses.stream().filter(DhtScope::isPrivate).toList();
    }

    @Override
    List<Multiaddr> told(List<Multiaddr> addresses, Multiaddr asker) {
      boolean here = isLoopback(asker);
      return addresses.stream()
          .filter(address -> isPrivate(address) && (here || !isLoopback(address)))
          .toList();
    }
  };

  /** Whether a peer takes part that is connected from there. */
  abstract boolean admits(Multiaddr peer);

  /** Of this node's addresses those to name to others. */
  abstract List<Multiaddr> own(List<Multiaddr> addresses);

  /** Of a third peer's addresses those to tell to who asks from there. */
  abstract List<Multiaddr> told(List<Multiaddr> addresses, Multiaddr asker);

  /** Whether it begins with an IP address that is not of the internet. */
  static boolean isPrivate(Multiaddr address) {
    return ip(address).filter(ip -> !isPublic(ip)).isPresent();
  }

  private static boolean isLoopback(Multiaddr address) {
    return ip(address).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Whether it is none of a private, shared (100.64.0.0/10), loopback or link-local range. */
  public static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    return !address.isLoopbackAddress()
        && !address.isSiteLocalAddress()
        && !address.isLinkLocalAddress()
        && !address.isAnyLocalAddress()
        && (bytes.length == 4
            ? bytes[0] != 100 || (bytes[1] & 0xc0) != 0x40
            : (bytes[0] & 0xfe) != 0xfc);
  }

  /** The address it begins with, whatever transport goes over it; none of a name. */
  private static Optional<InetAddress> ip(Multiaddr address) {
    byte[] bytes = address.bytes();
    int length =
        switch (bytes[0]) {
          case 4 -> 4;
          case 41 -> 16;
          default -> 0;
        };
    try {
      return length == 0
          ? Optional.empty()
          : Optional.of(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 1, 1 + length)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("Four and sixteen bytes are an address", e);
    }
  }
}
