package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.libp2p.identify.PeerRecord;

/**
 * Where peers may be dialled: what each has certified goes before hearsay. Bounded by peers,
 * addresses and age; the peers heard of longest ago go first. Thread-safe.
 */
final class AddressBook {
  private static final int MAX_PEERS = 4096;
  private static final int MAX_ADDRESSES = 16;
  private static final long LIFETIME_NANOS = Duration.ofHours(24).toNanos();

  private static final class Known {
    final Set<Multiaddr> hearsay = new LinkedHashSet<>();
    PeerRecord certified;
    long heardNanos;
  }

  private final Map<PeerId, Known> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Known> eldest) {
          return size() > MAX_PEERS;
        }
      };
  private final Reach reach;

  AddressBook(Reach reach) {
    this.reach = reach;
  }

  private Known entry(PeerId peer) {
    Known entry = entries.computeIfAbsent(peer, id -> new Known());
    entry.heardNanos = System.nanoTime();
    return entry;
  }

  /** Notes hearsay, newest first. */
  synchronized void learn(PeerId peer, Collection<Multiaddr> addresses) {
    List<Multiaddr> dialable =
        addresses.stream().map(Multiaddr::withoutPeer).filter(reach::allows).toList();
    if (dialable.isEmpty()) {
      return;
    }
    Known entry = entry(peer);
    Set<Multiaddr> all = new LinkedHashSet<>(dialable);
    all.addAll(entry.hearsay);
    entry.hearsay.clear();
    all.stream().limit(MAX_ADDRESSES).forEach(entry.hearsay::add);
  }

  /** Notes what a peer has certified, unless something newer of it is there. */
  synchronized void learn(PeerRecord record) {
    Known entry = entry(record.peer());
    if (entry.certified == null
        || Long.compareUnsigned(entry.certified.sequence(), record.sequence()) < 0) {
      entry.certified = record;
    }
  }

  synchronized List<Multiaddr> addresses(PeerId peer) {
    Known entry = entries.get(peer);
    if (entry == null) {
      return List.of();
    }
    if (System.nanoTime() - entry.heardNanos > LIFETIME_NANOS) {
      entries.remove(peer);
      return List.of();
    }
    Set<Multiaddr> all = new LinkedHashSet<>();
    if (entry.certified != null) {
      entry.certified.addresses().stream()
          .filter(reach::allows)
          .limit(MAX_ADDRESSES)
          .forEach(all::add);
    }
    all.addAll(entry.hearsay);
    return List.copyOf(all);
  }

  synchronized Optional<byte[]> signedRecord(PeerId peer) {
    Known entry = entries.get(peer);
    return entry == null || entry.certified == null
        ? Optional.empty()
        : Optional.of(entry.certified.envelope().clone());
  }

  synchronized int size() {
    return entries.size();
  }
}
