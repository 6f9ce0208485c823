package org.kiln.access;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;

/**
 * Refuses what pages of others send. A foreign name that resolves to this node (DNS rebinding)
 * shows in the Host header: it must be an address or a name that was configured. A foreign page
 * shows in the Origin header and in Sec-Fetch-Site. SameSite alone would not do, for it takes all
 * ports of a host for one site.
 */
final class OwnPages {
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private final Set<String> names = new HashSet<>(Set.of("localhost"));

  /**
   * Pages served under these names, without ports, besides localhost and addresses; {@code *.} at
   * the beginning stands for one label, as in certificates.
   */
  OwnPages(List<String> names) {
    names.stream()
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .forEach(this.names::add);
  }

  void check(HttpCall call) throws HttpProblem {
    String host = call.header("Host").orElse("").strip().toLowerCase(Locale.ROOT);
    if (!own(name(host))) {
      throw new HttpProblem(
          403,
          "foreign-host",
          "This node is not known as "
              + shown(host)
              + ". If it shall be, add the name to the setting http.hosts");
    }
    Optional<String> origin = call.header("Origin");
    boolean foreign =
        origin.isPresent()
            ? !sameHost(origin.get().strip().toLowerCase(Locale.ROOT), host)
            : fetchedByOthers(call);
    if (foreign) {
      throw new HttpProblem(
          403, "foreign-origin", "Only the node's own pages may do this, not " + pageOf(call));
    }
  }

  private static String pageOf(HttpCall call) {
    return shown(call.header("Origin").orElse("another site's"));
  }

  private static String shown(String text) {
    return text.substring(0, Math.min(100, text.length())).replaceAll("\\p{Cntrl}", "?");
  }

  /** Somebody who follows a link from elsewhere may look; a script of elsewhere may not. */
  private static boolean fetchedByOthers(HttpCall call) {
    String site = call.header("Sec-Fetch-Site").orElse("none");
    boolean elsewhere = site.equals("cross-site") || site.equals("same-site");
    boolean visit =
        call.method().equals("GET") && call.header("Sec-Fetch-Mode").orElse("").equals("navigate");
    return elsewhere && !visit;
  }

  private boolean own(String name) {
    int dot = name.indexOf('.');
    return names.contains(name)
        || dot > 0 && names.contains("*" + name.substring(dot))
        || name.endsWith(".localhost")
        || name.startsWith("[")
        || IPV4.matcher(name).matches();
  }

  private static String name(String host) {
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? "" : host.substring(0, end + 1);
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  private static boolean sameHost(String origin, String host) {
    if (origin.startsWith("https://")) {
      return strip(origin.substring(8), ":443").equals(strip(host, ":443"));
    }
    return origin.startsWith("http://")
        && strip(origin.substring(7), ":80").equals(strip(host, ":80"));
  }

  private static String strip(String host, String port) {
    return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
  }
}
