package org.kiln.api.net;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.kiln.api.ipld.Varint;

/**
 * A libp2p address such as {@code /ip4/127.0.0.1/tcp/4101/p2p/12D3Koo...}: a sequence of parts.
 * Which parts there are, and how they are written, is known to who reads them: the kit's {@code
 * Multiaddrs}. Immutable.
 *
 * @see <a href="https://github.com/multiformats/multiaddr">multiaddr</a>
 */
public final class Multiaddr {
  /** The longest address, in bytes. */
  public static final int MAX_BYTES = 1024;

  private static final int MAX_PARTS = 16;
  private static final int IP4 = 4;
  private static final int TCP = 6;
  private static final int IP6 = 41;
  private static final int DNS = 53;
  private static final int DNS6 = 55;
  private static final int UDP = 273;
  private static final int P2P = 421;
  private static final int QUIC_V1 = 461;

  private final List<Part> parts;
  private final byte[] bytes;
  private final String text;

  /** What carries the bytes of a connection, as far as it is told apart here. */
  public enum Transport {
    /** {@code /tcp/4101}, with nothing between it and the peer. */
    TCP,
    /** {@code /udp/4101/quic-v1}. */
    QUIC_V1
  }

  /** One part. Its value is as long as its code says. Immutable. */
  public static final class Part {
    private final int code;
    private final byte[] value;
    private final boolean prefixed;
    private final String text;

    /**
     * A part; the value is copied.
     *
     * @param code the multicodec, for example 6 for TCP
     * @param value the value's bytes; empty when the part has none
     * @param prefixed whether the length stands before the value
     * @param text the part in text, for example {@code /tcp/4101}
     * @throws IllegalArgumentException when the value of a part that is understood here (an IP
     *     address, a port, a peer) is none
     */
    public Part(int code, byte[] value, boolean prefixed, String text) {
      this.code = code;
      this.value = value.clone();
      this.prefixed = prefixed;
      this.text = Objects.requireNonNull(text, "text");
      switch (code) {
        case IP4 -> requireLength(4);
        case IP6 -> requireLength(16);
        case TCP, UDP -> requireLength(2);
        case QUIC_V1 -> requireLength(0);
        case P2P -> PeerId.of(this.value);
        default -> {}
      }
    }

    private void requireLength(int bytes) {
      if (value.length != bytes) {
        throw new IllegalArgumentException(
            "The part " + text + " has " + value.length + " bytes, not " + bytes);
      }
    }

    /** The multicodec. */
    public int code() {
      return code;
    }

    /** A copy of the value's bytes; empty when the part has none. */
    public byte[] value() {
      return value.clone();
    }

    /** Whether the length stands before the value. */
    public boolean prefixed() {
      return prefixed;
    }

    /** The part in text. */
    public String text() {
      return text;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Part part
          && code == part.code
          && prefixed == part.prefixed
          && Arrays.equals(value, part.value);
    }

    @Override
    public int hashCode() {
      return code * 31 + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private Multiaddr(List<Part> parts) {
    this.parts = List.copyOf(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringBuilder name = new StringBuilder();
    for (Part part : parts) {
      Varint.write(part.code, out);
      if (part.prefixed) {
        Varint.write(part.value.length, out);
      }
      out.writeBytes(part.value);
      name.append(part.text);
    }
    this.bytes = out.toByteArray();
    this.text = name.toString();
  }

  /**
   * The address of these parts.
   *
   * @throws IllegalArgumentException when there is none, or more than an address may have
   */
  public static Multiaddr of(List<Part> parts) {
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException("An address of " + parts.size() + " parts");
    }
    Multiaddr address = new Multiaddr(parts);
    if (address.bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("An address of " + address.bytes.length + " bytes");
    }
    return address;
  }

  /** The parts, in their order. */
  public List<Part> parts() {
    return parts;
  }

  /** The binary form. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The peer a {@code /p2p/} part at the end names. */
  public Optional<PeerId> peer() {
    Part last = parts.get(parts.size() - 1);
    return last.code == P2P ? Optional.of(PeerId.of(last.value)) : Optional.empty();
  }

  /** This address without a {@code /p2p/} part at its end; itself when there is nothing else. */
  public Multiaddr withoutPeer() {
    return peer().isEmpty() || parts.size() == 1 ? this : of(parts.subList(0, parts.size() - 1));
  }

  /** This address with that peer at its end. */
  public Multiaddr withPeer(PeerId peer) {
    List<Part> longer = new ArrayList<>(withoutPeer().parts);
    longer.add(new Part(P2P, peer.bytes(), true, "/p2p/" + peer));
    return of(longer);
  }

  /**
   * The transport of an address that is nothing but host, port, transport and at most a peer; empty
   * for all others.
   */
  public Optional<Transport> transport() {
    List<Part> rest = withoutPeer().parts;
    if (rest.size() == 2 && rest.get(1).code == TCP) {
      return Optional.of(Transport.TCP);
    }
    return rest.size() == 3 && rest.get(1).code == UDP && rest.get(2).code == QUIC_V1
        ? Optional.of(Transport.QUIC_V1)
        : Optional.empty();
  }

  /**
   * The socket of an address that has a {@link #transport} and begins with {@code /ip4} or {@code
   * /ip6}; empty for others and for names.
   */
  public Optional<InetSocketAddress> socket() {
    Part host = parts.get(0);
    if (transport().isEmpty() || host.code != IP4 && host.code != IP6) {
      return Optional.empty();
    }
    try {
      return Optional.of(new InetSocketAddress(InetAddress.getByAddress(host.value), port()));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An IP address of " + host.value.length + " bytes", e);
    }
  }

  /**
   * Name and port of an address that has a {@link #transport} and begins with {@code /dns}, {@code
   * /dns4} or {@code /dns6}, not resolved; empty for every other address.
   */
  public Optional<InetSocketAddress> name() {
    Part host = parts.get(0);
    return transport().isPresent() && host.code >= DNS && host.code <= DNS6
        ? Optional.of(
            InetSocketAddress.createUnresolved(
                new String(host.value, StandardCharsets.UTF_8), port()))
        : Optional.empty();
  }

  /** The {@link #socket} of a plain TCP address; empty for every other transport. */
  public Optional<InetSocketAddress> tcpSocket() {
    return isTcp() ? socket() : Optional.empty();
  }

  /** The {@link #name} of a plain TCP address; empty for every other transport. */
  public Optional<InetSocketAddress> tcpName() {
    return isTcp() ? name() : Optional.empty();
  }

  private boolean isTcp() {
    return transport().filter(Transport.TCP::equals).isPresent();
  }

  private int port() {
    byte[] port = parts.get(1).value;
    return (port[0] & 0xff) << 8 | port[1] & 0xff;
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
