package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;

/**
 * The peers by which a newcomer finds the others, and when they are dialled: at the start, and
 * every 30 s while fewer than four peers are connected. Who cannot be reached rests longer ({@link
 * DialBackoff}). Thread-safe.
 */
final class Bootstrap {
  static final Bootstrap NONE = new Bootstrap(List.of(), System::nanoTime);

  private static final int ENOUGH = 4;
  private static final long EVERY = Duration.ofSeconds(30).toNanos();

  private final List<Multiaddr> addresses;
  private final LongSupplier nanoTime;
  private boolean begun;
  private long lastNanos;

  Bootstrap(List<Multiaddr> addresses, LongSupplier nanoTime) {
    this.addresses = List.copyOf(addresses);
    this.nanoTime = nanoTime;
  }

  boolean names(PeerId peer) {
    return addresses.stream().anyMatch(address -> address.peer().equals(Optional.of(peer)));
  }

  /** Whom to dial now, with that many peers connected. */
  synchronized List<Multiaddr> due(int connected) {
    long now = nanoTime.getAsLong();
    if (connected >= ENOUGH || begun && now - lastNanos < EVERY) {
      return List.of();
    }
    begun = true;
    lastNanos = now;
    return addresses;
  }
}
