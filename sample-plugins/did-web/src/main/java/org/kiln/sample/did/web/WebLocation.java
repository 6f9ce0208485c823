package org.kiln.sample.did.web;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.regex.Pattern;
import org.kiln.api.did.Did;
import org.kiln.api.did.DidException;
import org.kiln.api.plugin.Retry;

/** Where the document of a {@code did:web} lies. */
final class WebLocation {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final Pattern SEGMENT =
      Pattern.compile("([A-Za-z0-9_-]|%[0-9A-Fa-f]{2}|\\.(?!\\.))+");

  private WebLocation() {}

  /**
   * The document's address.
   *
   * @param plainHosts hosts that are asked by HTTP, as {@code host:port}
   * @throws DidException when it is no did:web, or one of an address that is not on the Internet
   */
  static URI of(Did did, Set<String> plainHosts) throws DidException {
    if (!did.method().equals("web")) {
      throw invalid(did, "its method is not web");
    }
    String[] parts = did.identifier().split(":", -1);
    // The port's colon is written %3A, since colons part the path.
    String[] authority = parts[0].split("%3[Aa]", -1);
    if (authority.length > 2
        || !HOST.matcher(authority[0]).matches()
        || (authority.length == 2 && !PORT.matcher(authority[1]).matches())) {
      throw invalid(did, "it does not begin with a host name and perhaps %3A and a port");
    }
    String host = String.join(":", authority);
    StringBuilder path = new StringBuilder();
    for (int i = 1; i < parts.length; i++) {
      if (!SEGMENT.matcher(parts[i]).matches() || parts[i].equals(".")) {
        throw invalid(did, "'" + parts[i] + "' is no part of a path");
      }
      path.append('/').append(parts[i]);
    }
    String place = (path.isEmpty() ? "/.well-known" : path) + "/did.json";
    if (plainHosts.contains(host)) {
      return URI.create("http://" + host + place);
    }
    refusePrivate(did, authority[0]);
    return URI.create("https://" + host + place);
  }

  /** Whoever writes a DID must not make the node ask machines that only the node can reach. */
  private static void refusePrivate(Did did, String host) throws DidException {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        byte first = address.getAddress()[0];
        if (address.isLoopbackAddress()
            || address.isAnyLocalAddress()
            || address.isSiteLocalAddress()
            || address.isLinkLocalAddress()
            || address.isMulticastAddress()
            || (address.getAddress().length == 16 && (first & 0xfe) == 0xfc)) {
          throw invalid(did, host + " is not on the Internet but at " + address.getHostAddress());
        }
      }
    } catch (UnknownHostException e) {
      throw new DidException(
          "notFound", "There is no host " + host + ", or no DNS now", Retry.LATER);
    }
  }

  private static DidException invalid(Did did, String why) {
    return new DidException("invalidDid", "Cannot resolve " + did + ": " + why, Retry.NEVER);
  }
}
