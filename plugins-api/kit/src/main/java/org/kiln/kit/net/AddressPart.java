package org.kiln.kit.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;

/** The parts multiaddrs are made of: name, code, and how a value looks in bytes and in text. */
enum AddressPart {
  IP4("ip4", 4, 4),
  TCP("tcp", 6, 2),
  IP6("ip6", 41, 16),
  IP6ZONE("ip6zone", 42, AddressPart.PREFIXED),
  DNS("dns", 53, AddressPart.PREFIXED),
  DNS4("dns4", 54, AddressPart.PREFIXED),
  DNS6("dns6", 55, AddressPart.PREFIXED),
  DNSADDR("dnsaddr", 56, AddressPart.PREFIXED),
  UDP("udp", 273, 2),
  WEBRTC_DIRECT("webrtc-direct", 280, 0),
  CIRCUIT("p2p-circuit", 290, 0),
  P2P("p2p", 421, AddressPart.PREFIXED),
  TLS("tls", 448, 0),
  SNI("sni", 449, AddressPart.PREFIXED),
  QUIC_V1("quic-v1", 461, 0),
  WEBTRANSPORT("webtransport", 465, 0),
  CERTHASH("certhash", 466, AddressPart.PREFIXED),
  WS("ws", 477, 0),
  WSS("wss", 478, 0),
  MEMORY("memory", 777, AddressPart.PREFIXED);

  /** Marks values that follow their own length. */
  static final int PREFIXED = -1;

  private final String text;
  private final int code;
  private final int size;

  AddressPart(String text, int code, int size) {
    this.text = text;
    this.code = code;
    this.size = size;
  }

  static AddressPart named(String name) {
    String known = name.equals("ipfs") ? "p2p" : name;
    for (AddressPart part : values()) {
      if (part.text.equals(known)) {
        return part;
      }
    }
    throw new IllegalArgumentException("Unknown part '" + name + "' in an address");
  }

  static AddressPart coded(long code) {
    for (AddressPart part : values()) {
      if (part.code == code) {
        return part;
      }
    }
    throw new IllegalArgumentException("Unknown part of code " + code + " in an address");
  }

  String text() {
    return text;
  }

  /** Bytes of a value, or {@link #PREFIXED}. */
  int size() {
    return size;
  }

  /** The part with that value. */
  Multiaddr.Part of(byte[] value) {
    String words = size == 0 ? "/" + text : "/" + text + "/" + format(value);
    return new Multiaddr.Part(code, value, size == PREFIXED, words);
  }

  byte[] parse(String value) {
    return switch (this) {
      case IP4 -> ip4(value);
      case IP6 -> ip6(value);
      case TCP, UDP -> port(value);
      case P2P -> PeerId.parse(value).bytes();
      case CERTHASH -> Multibase.decode(value);
      default -> value.getBytes(StandardCharsets.UTF_8);
    };
  }

  String format(byte[] value) {
    return switch (this) {
      case IP4 ->
          (value[0] & 0xff)
              + "."
              + (value[1] & 0xff)
              + "."
              + (value[2] & 0xff)
              + "."
              + (value[3] & 0xff);
      case IP6 -> ip6Text(value);
      case TCP, UDP -> Integer.toString((value[0] & 0xff) << 8 | value[1] & 0xff);
      case P2P -> PeerId.of(value).toString();
      case CERTHASH -> Multibase.BASE64URL.encode(value);
      default -> name(value);
    };
  }

  private static String name(byte[] value) {
    String name = new String(value, StandardCharsets.UTF_8);
    if (name.isEmpty()
        || name.indexOf('/') >= 0
        || name.indexOf('\uFFFD') >= 0
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("An address holds a name that cannot be written as text");
    }
    return name;
  }

  private static byte[] ip4(String value) {
    String[] numbers = value.split("\\.", -1);
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (numbers.length != 4 || !numbers[i].matches("[0-9]{1,3}")) {
        throw new IllegalArgumentException("No IPv4 address: " + value);
      }
      int number = Integer.parseInt(numbers[i]);
      if (number > 255) {
        throw new IllegalArgumentException("No IPv4 address: " + value);
      }
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  private static byte[] ip6(String value) {
    // Only literals get through, so that no name server is ever asked.
    if (!value.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException("No IPv6 address: " + value);
    }
    try {
      byte[] bytes = InetAddress.getByName(value).getAddress();
      if (bytes.length == 16) {
        return bytes;
      }
      byte[] mapped = new byte[16];
      mapped[10] = -1;
      mapped[11] = -1;
      System.arraycopy(bytes, 0, mapped, 12, 4);
      return mapped;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("No IPv6 address: " + value, e);
    }
  }

  private static byte[] port(String value) {
    int port = value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : -1;
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("No port: " + value);
    }
    return new byte[] {(byte) (port >> 8), (byte) port};
  }

  /** RFC 5952: lower case, the longest run of zero groups as {@code ::}. */
  private static String ip6Text(byte[] value) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (value[2 * i] & 0xff) << 8 | value[2 * i + 1] & 0xff;
    }
    int best = -1;
    int bestLength = 1;
    for (int from = 0; from < 8; from++) {
      int to = from;
      while (to < 8 && groups[to] == 0) {
        to++;
      }
      if (to - from > bestLength) {
        best = from;
        bestLength = to - from;
      }
    }
    if (best < 0) {
      return join(groups, 0, 8);
    }
    return join(groups, 0, best) + "::" + join(groups, best + bestLength, 8);
  }

  private static String join(int[] groups, int from, int to) {
    StringBuilder out = new StringBuilder();
    for (int group : Arrays.copyOfRange(groups, from, to)) {
      out.append(out.isEmpty() ? "" : ":").append(Integer.toHexString(group));
    }
    return out.toString();
  }
}
