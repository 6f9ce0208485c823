package org.kiln.api.net;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Varint;

/**
 * A libp2p address such as {@code /ip4/127.0.0.1/tcp/4101/p2p/12D3Koo...}: a sequence of parts. An
 * unknown part makes an address unreadable, since its length is unknown; skip the one address,
 * never the message it came in. Immutable.
 *
 * @see <a href="https://github.com/multiformats/multiaddr">multiaddr</a>
 */
public final class Multiaddr {
  /** The longest address accepted, in bytes. */
  public static final int MAX_BYTES = 1024;

  private static final int MAX_PARTS = 16;

  private record Part(AddressPart kind, byte[] value) {}

  private final List<Part> parts;
  private final byte[] bytes;
  private final String text;

  private Multiaddr(List<Part> parts) {
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException("An address of " + parts.size() + " parts");
    }
    this.parts = List.copyOf(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringBuilder name = new StringBuilder();
    for (Part part : parts) {
      Varint.write(part.kind.code(), out);
      name.append('/').append(part.kind.text());
      if (part.kind.size() == AddressPart.PREFIXED) {
        Varint.write(part.value.length, out);
      }
      out.writeBytes(part.value);
      if (part.kind.size() != 0) {
        name.append('/').append(part.kind.format(part.value));
      }
    }
    this.bytes = out.toByteArray();
    this.text = name.toString();
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("An address of " + bytes.length + " bytes");
    }
  }

  /**
   * Reads text.
   *
   * @throws IllegalArgumentException when it is no address of known parts
   */
  public static Multiaddr parse(String text) {
    if (!text.startsWith("/") || text.length() > 2 * MAX_BYTES) {
      throw new IllegalArgumentException("An address starts with '/': " + text);
    }
    String[] words = text.substring(1).split("/", -1);
    int end = words[words.length - 1].isEmpty() ? words.length - 1 : words.length;
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      AddressPart kind = AddressPart.named(words[i]);
      if (kind.size() == 0) {
        parts.add(new Part(kind, new byte[0]));
        continue;
      }
      if (++i >= end) {
        throw new IllegalArgumentException("Address " + text + " ends before the value of its end");
      }
      parts.add(new Part(kind, kind.parse(words[i])));
    }
    return new Multiaddr(parts);
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when it is no address of known parts
   */
  public static Multiaddr decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("An address of " + bytes.length + " bytes");
    }
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      Varint.Decoded code = Varint.read(bytes, at);
      AddressPart kind = AddressPart.coded(code.value());
      at = code.next();
      long size = kind.size();
      if (kind.size() == AddressPart.PREFIXED) {
        Varint.Decoded length = Varint.read(bytes, at);
        size = length.value();
        at = length.next();
      }
      if (size > bytes.length - at) {
        throw new IllegalArgumentException("An address ends within its part " + kind.text());
      }
      parts.add(new Part(kind, Arrays.copyOfRange(bytes, at, at + (int) size)));
      at += (int) size;
    }
    return new Multiaddr(parts);
  }

  /** The address of a TCP socket. */
  public static Multiaddr ofTcp(InetSocketAddress socket) {
    byte[] ip = socket.getAddress().getAddress();
    int port = socket.getPort();
    return new Multiaddr(
        List.of(
            new Part(ip.length == 4 ? AddressPart.IP4 : AddressPart.IP6, ip),
            new Part(AddressPart.TCP, new byte[] {(byte) (port >> 8), (byte) port})));
  }

  /** The binary form. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The peer a {@code /p2p/} part at the end names. */
  public Optional<PeerId> peer() {
    Part last = parts.get(parts.size() - 1);
    return last.kind == AddressPart.P2P ? Optional.of(PeerId.of(last.value)) : Optional.empty();
  }

  /** This address without a {@code /p2p/} part at its end; itself when there is nothing else. */
  public Multiaddr withoutPeer() {
    return peer().isEmpty() || parts.size() == 1
        ? this
        : new Multiaddr(parts.subList(0, parts.size() - 1));
  }

  /** This address with that peer at its end. */
  public Multiaddr withPeer(PeerId peer) {
    List<Part> longer = new ArrayList<>(withoutPeer().parts);
    longer.add(new Part(AddressPart.P2P, peer.bytes()));
    return new Multiaddr(longer);
  }

  /**
   * The socket of a plain TCP address ({@code /ip4} or {@code /ip6}, then {@code /tcp}, then at
   * most a peer); empty for every other transport and for names.
   */
  public Optional<InetSocketAddress> tcpSocket() {
    List<Part> plain = withoutPeer().parts;
    if (plain.size() != 2
        || plain.get(1).kind != AddressPart.TCP
        || plain.get(0).kind != AddressPart.IP4 && plain.get(0).kind != AddressPart.IP6) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new InetSocketAddress(InetAddress.getByAddress(plain.get(0).value), port(plain.get(1))));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("The length of an IP address is checked when read", e);
    }
  }

  /**
   * Name and port of a TCP address by name ({@code /dns}, {@code /dns4} or {@code /dns6}, then
   * {@code /tcp}), not resolved; empty for every other address.
   */
  public Optional<InetSocketAddress> tcpName() {
    List<Part> plain = withoutPeer().parts;
    if (plain.size() != 2 || plain.get(1).kind != AddressPart.TCP) {
      return Optional.empty();
    }
    Part host = plain.get(0);
    return switch (host.kind) {
      case DNS, DNS4, DNS6 ->
          Optional.of(
              InetSocketAddress.createUnresolved(host.kind.format(host.value), port(plain.get(1))));
      default -> Optional.empty();
    };
  }

  private static int port(Part part) {
    return (part.value[0] & 0xff) << 8 | part.value[1] & 0xff;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr address && Arrays.equals(bytes, address.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form. */
  @Override
  public String toString() {
    return text;
  }
}
