package org.kiln.libp2p.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.kiln.api.net.Multiaddr;
import org.kiln.kit.net.Multiaddrs;

/**
 * Which addresses we dial on the word of others: public ones, and of the private, loopback and
 * other special ranges those on an allow-list. Anything else would let strangers aim our
 * connections at our own network. Immutable.
 */
public final class Reach {
  private record Range(byte[] prefix, int bits) {
    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Range> SPECIAL =
      ranges(
          List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3",
              "::/127",
              "64:ff9b::/96",
              "100::/64",
              "2001:db8::/32",
              "fc00::/7",
              "fe80::/10",
              "ff00::/8"));

  private final List<Range> allowed;

  private Reach(List<Range> allowed) {
    this.allowed = allowed;
  }

  /**
   * Public addresses, and those ranges.
   *
   * @param ranges in CIDR form, for example {@code 192.168.0.0/16}
   * @throws IllegalArgumentException when one is malformed
   */
  public static Reach of(List<String> ranges) {
    return new Reach(ranges(ranges));
  }

  private static List<Range> ranges(List<String> texts) {
    return texts.stream().map(Reach::range).toList();
  }

  private static Range range(String text) {
    int slash = text.indexOf('/');
    String ip = slash < 0 ? text : text.substring(0, slash);
    String kind = ip.indexOf(':') < 0 ? "ip4" : "ip6";
    byte[] address =
        Multiaddrs.parse("/" + kind + "/" + ip + "/tcp/0")
            .socket()
            .map(InetSocketAddress::getAddress)
            .map(InetAddress::getAddress)
            .orElseThrow();
    int all = address.length * 8;
    int bits;
    try {
      bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("No range of addresses: " + text, e);
    }
    if (bits < 0 || bits > all) {
      throw new IllegalArgumentException("No range of addresses: " + text);
    }
    return new Range(address, bits);
  }

  /** Whether it belongs to the public internet. */
  public static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    return SPECIAL.stream().noneMatch(range -> range.contains(bytes));
  }

  /** Whether we dial it when others say a peer is there. Names never. */
  public boolean allows(Multiaddr address) {
    return address
        .socket()
        .filter(socket -> socket.getPort() != 0)
        .map(InetSocketAddress::getAddress)
        .filter(
            ip ->
                isPublic(ip) || allowed.stream().anyMatch(range -> range.contains(ip.getAddress())))
        .isPresent();
  }
}
