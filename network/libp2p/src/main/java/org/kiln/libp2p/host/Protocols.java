package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.lending.Claim;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.Lender;
import org.kiln.core.lending.Rank;
import org.kiln.libp2p.mux.MuxStream;

/** The protocols attached at the moment; they may come and go at any time. Thread-safe. */
final class Protocols {
  private final Lender<String, Registration> lender = new Lender<>();
  private final List<Claim<String, Registration>> claims = new CopyOnWriteArrayList<>();

  /**
   * Attaches one.
   *
   * @param rank which one is spoken where several have an id
   */
  Registration add(NetworkProtocol protocol, Rank rank) {
    Registration registration = new Registration(protocol);
    claims.add(lender.add(registration.ids(), registration, rank));
    return registration;
  }

  /**
   * Takes a protocol away when the streams it serves have ended, or after a while.
   *
   * @param drain how long they may take
   * @param park how long after that a successor is waited for, by peers who ask for it
   */
  void withdraw(NetworkProtocol protocol, Duration drain, Duration park) {
    for (Claim<String, Registration> claim : claims) {
      Registration registration = claim.service();
      if (registration.protocol() == protocol) {
        claim.leave();
        registration.close();
        claim.withdraw(drain, park);
        claims.remove(claim);
        registration.detach();
      }
    }
  }

  /** Takes a protocol away and breaks its streams off. */
  void remove(NetworkProtocol protocol) {
    withdraw(protocol, Duration.ZERO, Duration.ZERO);
  }

  /** The one that speaks that id, to be looked at; null if none. */
  Registration find(String id) {
    return lender.peek(id);
  }

  /** Whether that id is spoken; waits a while for the successor of one that has just gone. */
  boolean speaks(String id, Deadline deadline) {
    try (Lease<Registration> lease = borrow(id, deadline)) {
      return lease != null;
    }
  }

  /** The one that speaks that id, on loan; waits as {@link #speaks} does. Null if none. */
  Lease<Registration> borrow(String id, Deadline deadline) {
    return lender.borrow(id, TimeUnit.MILLISECONDS.toNanos(deadline.remaining().toMillis()));
  }

  /** What is spoken; also what will be in a moment. */
  Set<String> ids() {
    return lender.awaited();
  }

  /** Nobody waits for a successor any more. */
  void close() {
    lender.close();
  }

  void forget(MuxStream stream) {
    claims.forEach(claim -> claim.service().forget(stream));
  }

  /** Lets the protocols know how that peer now stands; empty when it is gone. */
  void refresh(PeerId peer, Optional<PeerInfo> info) {
    claims.forEach(claim -> refresh(claim.service(), peer, info));
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
