package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.libp2p.identify.PeerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where peers may be dialled: what each has certified goes before hearsay. Bounded by peers,
 * addresses and age; the peers heard of longest ago go first. Thread-safe.
 */
final class AddressBook {
  private static final Logger LOG = LoggerFactory.getLogger(AddressBook.class);
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

  /** What is worth keeping over a restart, the peers heard of longest ago first. */
  synchronized List<AddressFile.Entry> kept() {
    long now = System.nanoTime();
    long wallMs = System.currentTimeMillis();
    List<AddressFile.Entry> kept = new ArrayList<>(entries.size());
    entries.forEach(
        (peer, known) -> {
          long age = now - known.heardNanos;
          if (age < LIFETIME_NANOS) {
            kept.add(
                new AddressFile.Entry(
                    peer,
                    List.copyOf(known.hearsay),
                    Optional.ofNullable(known.certified).map(PeerRecord::envelope),
                    wallMs - age / 1_000_000));
          }
        });
    return kept;
  }

  /** Takes in what was kept, unless it is too old, or known better. */
  synchronized void restore(List<AddressFile.Entry> kept) {
    long now = System.nanoTime();
    long wallMs = System.currentTimeMillis();
    for (AddressFile.Entry entry : kept) {
      // A clock that was set back makes nothing younger than now.
      long ageNanos = Math.max(0, wallMs - entry.heardAt()) * 1_000_000;
      if (ageNanos >= LIFETIME_NANOS || ageNanos < 0 || entries.containsKey(entry.peer())) {
        continue;
      }
      learn(entry.peer(), entry.hearsay());
      entry.envelope().ifPresent(envelope -> restore(entry.peer(), envelope));
      Known known = entries.get(entry.peer());
      if (known != null) {
        known.heardNanos = now - ageNanos;
      }
    }
  }

  private void restore(PeerId peer, byte[] envelope) {
    try {
      PeerRecord record = PeerRecord.open(envelope);
      if (record.peer().equals(peer)) {
        learn(record);
      }
    } catch (ProtobufException e) {
      LOG.debug("The kept record of {} is not valid: {}", peer, e.getMessage());
    }
  }

  synchronized int size() {
    return entries.size();
  }
}
