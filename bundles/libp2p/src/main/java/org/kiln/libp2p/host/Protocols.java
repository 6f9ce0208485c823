package org.kiln.libp2p.host;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.libp2p.mux.MuxStream;

/** The protocols attached at the moment; they may come and go at any time. Thread-safe. */
final class Protocols {
  private final CopyOnWriteArrayList<Registration> registrations = new CopyOnWriteArrayList<>();

  Registration add(NetworkProtocol protocol) {
    Registration registration = new Registration(protocol);
    registrations.add(registration);
    return registration;
  }

  /** Takes a protocol away and breaks its streams off. */
  void remove(NetworkProtocol protocol) {
    for (Registration registration : registrations) {
      if (registration.protocol() == protocol && registrations.remove(registration)) {
        registration.detach();
      }
    }
  }

  /** The one that speaks that id, the newest if there are several; null if none. */
  Registration find(String id) {
    Registration found = null;
    for (Registration registration : registrations) {
      if (registration.ids().contains(id)) {
        found = registration;
      }
    }
    return found;
  }

  Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    registrations.forEach(registration -> ids.addAll(registration.ids()));
    return ids;
  }

  void forget(MuxStream stream) {
    registrations.forEach(registration -> registration.forget(stream));
  }

  /** Lets the protocols know how that peer now stands; empty when it is gone. */
  void refresh(PeerId peer, Optional<PeerInfo> info) {
    registrations.forEach(registration -> refresh(registration, peer, info));
  }

  /** Lets one protocol know how those peers stand. */
  void refresh(Registration registration, List<PeerInfo> peers) {
    peers.forEach(info -> refresh(registration, info.id(), Optional.of(info)));
  }

  private static void refresh(Registration registration, PeerId peer, Optional<PeerInfo> info) {
    boolean speaks =
        info.isPresent() && registration.ids().stream().anyMatch(info.get().protocols()::contains);
    if (speaks) {
      registration.arrived(info.get());
    } else {
      registration.left(peer);
    }
  }
}
