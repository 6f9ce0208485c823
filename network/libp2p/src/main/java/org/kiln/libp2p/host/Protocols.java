package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.mux.MuxStream;

/** The protocols attached at the moment; they may come and go at any time. Thread-safe. */
final class Protocols {
  private final CopyOnWriteArrayList<Registration> registrations = new CopyOnWriteArrayList<>();

  /** Ids whose protocol has gone a moment ago, and until when its successor is waited for. */
  private final Map<String, Long> awaitedUntilNanos = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  Registration add(NetworkProtocol protocol) {
    Registration registration = new Registration(protocol);
    lock.lock();
    try {
      registrations.add(registration);
      registration.ids().forEach(awaitedUntilNanos::remove);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return registration;
  }

  /**
   * Takes a protocol away when the streams it serves have ended, or after a while.
   *
   * @param drain how long they may take
   * @param park how long after that a successor is waited for, by peers who ask for it
   */
  void withdraw(NetworkProtocol protocol, Duration drain, Duration park) {
    for (Registration registration : registrations) {
      if (registration.protocol() == protocol) {
        beginToAwait(registration, drain.plus(park));
        registration.drain(drain);
        registrations.remove(registration);
        beginToAwait(registration, park);
      }
    }
  }

  private void beginToAwait(Registration gone, Duration time) {
    lock.lock();
    try {
      gone.beginToLeave();
      long until = System.nanoTime() + time.toNanos();
      gone.ids().stream()
          .filter(id -> find(id) == null)
          .forEach(id -> awaitedUntilNanos.put(id, until));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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
      if (!registration.leaving() && registration.ids().contains(id)) {
        found = registration;
      }
    }
    return found;
  }

  /** The same; waits a while for the successor of one that has just gone. */
  Registration findOrAwait(String id, Deadline deadline) {
    Registration found = find(id);
    if (found != null) {
      return found;
    }
    lock.lock();
    try {
      for (found = find(id); found == null; found = find(id)) {
        long nanos =
            Math.min(
                awaitedUntilNanos.containsKey(id)
                    ? awaitedUntilNanos.get(id) - System.nanoTime()
                    : 0,
                TimeUnit.MILLISECONDS.toNanos(deadline.remainingMs()));
        if (nanos <= 0) {
          return null;
        }
        changed.awaitNanos(nanos);
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** What is spoken; also what will be in a moment. */
  Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    registrations.forEach(registration -> ids.addAll(registration.ids()));
    lock.lock();
    try {
      long now = System.nanoTime();
      awaitedUntilNanos.values().removeIf(until -> until - now <= 0);
      ids.addAll(awaitedUntilNanos.keySet());
    } finally {
      lock.unlock();
    }
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
