package org.kiln.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds two things of a node that are to listen at one place: one of them would get it, and which
 * one, the start would decide.
 */
final class Listeners {
  private static final List<String> ADDRESSES =
      List.of("http.address", "one.address", "sql.address", "metrics.address");
  private static final Pattern TCP = Pattern.compile("/ip[46]/([^/]+)/tcp/([0-9]+)");
  private static final Set<String> ALL = Set.of("", "*", "0.0.0.0", "::");

  private final Configuration configuration;

  Listeners(Configuration configuration) {
    this.configuration = configuration;
  }

  private record Place(String key, String host, String port) {
    boolean clashes(Place other) {
      return port.equals(other.port)
          && (host.equals(other.host) || ALL.contains(host) || ALL.contains(other.host));
    }
  }

  void check(Problems problems) {
    List<Place> places = places();
    for (int i = 0; i < places.size(); i++) {
      for (int j = i + 1; j < places.size(); j++) {
        Place first = places.get(i);
        Place second = places.get(j);
        if (first.clashes(second)) {
          problems.add(
              second.key()
                  + " and "
                  + first.key()
                  + " both want port "
                  + first.port()
                  + ": give each a port of its own.");
        }
      }
    }
  }

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (String key : ADDRESSES) {
      String address = configuration.get(key);
      int colon = address.lastIndexOf(':');
      if (colon >= 0) {
        add(key, address.substring(0, colon), address.substring(colon + 1), places);
      }
    }
    if (!configuration.get("network").equals("inmemory")) {
      for (String address : configuration.items("network.listen")) {
        Matcher tcp = TCP.matcher(address);
        if (tcp.matches()) {
          add("network.listen", tcp.group(1), tcp.group(2), places);
        }
      }
    }
    return places;
  }

  /** Port 0 is any that is free. */
  private static void add(String key, String host, String port, List<Place> places) {
    if (!port.equals("0")) {
      String bare = host.replace("[", "").replace("]", "");
      places.add(new Place(key, bare.equals("localhost") ? "127.0.0.1" : bare, port));
    }
  }
}
