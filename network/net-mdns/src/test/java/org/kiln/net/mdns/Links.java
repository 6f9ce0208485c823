package org.kiln.net.mdns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Links without a network. */
final class Links {
  private Links() {}

  /** Takes packets to nowhere. */
  static final class Loopback implements Link {
    @Override
    public void send(byte[] packet) {}

    @Override
    public boolean contains(InetAddress address) {
      return address.isLoopbackAddress();
    }

    @Override
    public boolean isOwn(InetAddress address) {
      return address.isLoopbackAddress();
    }
  }

  /** The network 192.168.7.0/24, where we are 192.168.7.1. */
  static final class Lan implements Link {
    final List<byte[]> sent = new ArrayList<>();

    @Override
    public void send(byte[] packet) {
      sent.add(packet);
    }

    @Override
    public boolean contains(InetAddress address) {
      return Subnet.contains(new byte[] {(byte) 192, (byte) 168, 7, 1}, 24, address.getAddress());
    }

    @Override
    public boolean isOwn(InetAddress address) {
      return address.getHostAddress().equals("192.168.7.1");
    }

    /** What was sent since the last call. */
    List<DnsMessage> take() throws DnsException {
      List<DnsMessage> messages = new ArrayList<>();
      for (byte[] packet : sent) {
        messages.add(DnsMessage.decode(packet));
      }
      sent.clear();
      return messages;
    }
  }
}
