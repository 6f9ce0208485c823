package org.kiln.launcher;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.net.Multiaddrs;

/**
 * Checks of what a pattern cannot tell: whether the value will work. Each throws an {@link
 * IllegalArgumentException} whose message goes on after the value.
 */
final class Forms {
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}");

  private Forms() {}

  /** A regular expression. */
  static void expression(String text) {
    try {
      Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is no regular expression: " + e.getDescription(), e);
    }
  }

  /** An {@code http} or {@code https} URL with a host, and without a password in it. */
  static void plainUrl(String text) {
    url(text);
    if (URI.create(text).getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "has a user or a password before the @, which would be sent nowhere");
    }
  }

  /** An {@code http} or {@code https} URL with a host. */
  static void url(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getScheme() == null || !uri.getScheme().matches("https?")) {
        throw new IllegalArgumentException("must begin with http:// or https://");
      }
      if (uri.getHost() == null || uri.getPort() > 65_535) {
        throw new IllegalArgumentException("names no host that could be asked");
      }
    } catch (URISyntaxException e) {
      // Its message repeats the URL, which may hold a key.
      throw new IllegalArgumentException("is no URL: " + e.getReason());
    }
  }

  /** An entry {@code CHAIN=URL}. */
  static void chainNode(String text) {
    url(text.substring(text.indexOf('=') + 1));
  }

  /** A TCP or QUIC address to listen on. */
  static void listen(String text) {
    String[] words = text.split("/");
    if (Integer.parseInt(words[4]) > 65_535) {
      throw new IllegalArgumentException("has a port above 65535");
    }
    Multiaddrs.parse(text);
  }

  /** The address of a node with its id. */
  static void peer(String text) {
    if (Multiaddrs.parse(text).peer().isEmpty()) {
      throw new IllegalArgumentException("does not end with /p2p/ and a peer id");
    }
  }

  /** The id of a node. */
  static void peerId(String text) {
    PeerId.parse(text);
  }

  /** What is wanted of other nodes: a model, by its id, or all. */
  static void interest(String text) {
    if (!text.equals("all")) {
      StreamId.parse(text);
    }
  }

  /** A range of IP addresses. */
  static void range(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean six = address.indexOf(':') >= 0;
    if (!six && !IPV4.matcher(address).matches() || six && !isIpv6(address)) {
      throw new IllegalArgumentException("is no IP address");
    }
    if (slash >= 0 && Integer.parseInt(text.substring(slash + 1)) > (six ? 128 : 32)) {
      throw new IllegalArgumentException("has more bits than an address");
    }
  }

  /** With a colon in it nothing is looked up. */
  private static boolean isIpv6(String text) {
    try {
      return !InetAddress.getByName(text).isMulticastAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
