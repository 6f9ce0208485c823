package org.kiln.kit.net;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Varint;
import org.kiln.api.net.Multiaddr;

/**
 * Reads addresses. An unknown part makes an address unreadable, since its length is unknown; skip
 * the one address, never the message it came in. Thread-safe.
 *
 * @see <a href="https://github.com/multiformats/multiaddr">multiaddr</a>
 */
public final class Multiaddrs {
  private Multiaddrs() {}

  /**
   * Reads text.
   *
   * @throws IllegalArgumentException when it is no address of known parts
   */
  public static Multiaddr parse(String text) {
    if (!text.startsWith("/") || text.length() > 2 * Multiaddr.MAX_BYTES) {
      throw new IllegalArgumentException("An address starts with '/': " + text);
    }
    String[] words = text.substring(1).split("/", -1);
    int end = words[words.length - 1].isEmpty() ? words.length - 1 : words.length;
    List<Multiaddr.Part> parts = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      AddressPart kind = AddressPart.named(words[i]);
      if (kind.size() == 0) {
        parts.add(kind.of(new byte[0]));
        continue;
      }
      if (++i >= end) {
        throw new IllegalArgumentException("Address " + text + " ends before the value of its end");
      }
      parts.add(kind.of(kind.parse(words[i])));
    }
    return Multiaddr.of(parts);
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when it is no address of known parts
   */
  public static Multiaddr decode(byte[] bytes) {
    if (bytes.length > Multiaddr.MAX_BYTES) {
      throw new IllegalArgumentException("An address of " + bytes.length + " bytes");
    }
    List<Multiaddr.Part> parts = new ArrayList<>();
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
      parts.add(kind.of(Arrays.copyOfRange(bytes, at, at + (int) size)));
      at += (int) size;
    }
    return Multiaddr.of(parts);
  }

  /** The address of a TCP socket. */
  public static Multiaddr ofTcp(InetSocketAddress socket) {
    return of(socket, Multiaddr.Transport.TCP);
  }

  /** The address of a socket. */
  public static Multiaddr of(InetSocketAddress socket, Multiaddr.Transport transport) {
    byte[] ip = socket.getAddress().getAddress();
    Multiaddr.Part host = (ip.length == 4 ? AddressPart.IP4 : AddressPart.IP6).of(ip);
    byte[] port = {(byte) (socket.getPort() >> 8), (byte) socket.getPort()};
    return Multiaddr.of(
        switch (transport) {
          case TCP -> List.of(host, AddressPart.TCP.of(port));
          case QUIC_V1 ->
              List.of(host, AddressPart.UDP.of(port), AddressPart.QUIC_V1.of(new byte[0]));
        });
  }
}
