package org.kiln.net.kad;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;

/**
 * Who provides what, on the word of the providers themselves, for 48 hours. Bounded in all and by
 * sender; the oldest go first. In memory: after a restart providers say so again, the next day at
 * the latest. Thread-safe.
 */
final class ProviderStore {
  private static final long LIFETIME_NANOS = Duration.ofHours(48).toNanos();
  private static final int ANSWERED = 16;

  private record Claim(ByteBuffer key, PeerId provider) {}

  private record Grant(List<Multiaddr> addresses, long atNanos) {}

  private final int capacity;
  private final int perSender;
  private final LongSupplier clock;
  private final Map<Claim, Grant> claims = new LinkedHashMap<>();
  private final Map<ByteBuffer, List<PeerId>> providers = new HashMap<>();
  private final Map<PeerId, Integer> senders = new HashMap<>();

  ProviderStore(int capacity, int perSender, LongSupplier clock) {
    this.capacity = capacity;
    this.perSender = perSender;
    this.clock = clock;
  }

  /** Notes what a peer says of itself; false when it has said enough. */
  synchronized boolean add(byte[] multihash, PeerId provider, List<Multiaddr> addresses) {
    Claim claim = new Claim(ByteBuffer.wrap(multihash.clone()), provider);
    forget(claim);
    expire();
    if (senders.getOrDefault(provider, 0) >= perSender) {
      return false;
    }
    if (claims.size() >= capacity) {
      forget(claims.keySet().iterator().next());
    }
    claims.put(claim, new Grant(List.copyOf(addresses), clock.getAsLong()));
    providers.computeIfAbsent(claim.key, key -> new ArrayList<>(2)).add(provider);
    senders.merge(provider, 1, Integer::sum);
    return true;
  }

  private void forget(Claim claim) {
    if (claims.remove(claim) == null) {
      return;
    }
    providers.computeIfPresent(
        claim.key,
        (key, all) -> {
          all.remove(claim.provider);
          return all.isEmpty() ? null : all;
        });
    senders.computeIfPresent(claim.provider, (peer, count) -> count == 1 ? null : count - 1);
  }

  /** Those that were noted first come first, and are the only ones looked at. */
  private void expire() {
    long now = clock.getAsLong();
    while (!claims.isEmpty()) {
      Iterator<Map.Entry<Claim, Grant>> oldest = claims.entrySet().iterator();
      Map.Entry<Claim, Grant> entry = oldest.next();
      if (now - entry.getValue().atNanos <= LIFETIME_NANOS) {
        return;
      }
      forget(entry.getKey());
    }
  }

  /** Some of those who provide it, at random when there are many. */
  synchronized List<KadPeer> of(byte[] multihash) {
    expire();
    ByteBuffer key = ByteBuffer.wrap(multihash);
    List<PeerId> all = new ArrayList<>(providers.getOrDefault(key, List.of()));
    Collections.shuffle(all);
    return all.stream()
        .limit(ANSWERED)
        .map(peer -> new KadPeer(peer, claims.get(new Claim(key, peer)).addresses))
        .toList();
  }

  synchronized int size() {
    return claims.size();
  }
}
