package org.kiln.net.kad;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;

/**
 * The servers known, in buckets by how many leading bits their keys have in common with ours. Old
 * ones stay while they answer; new ones take the place of those that do not. At most a few come
 * from one range of public addresses, so that nobody can fill the table from one place.
 * Thread-safe.
 */
final class RoutingTable {
  /** Peers of a bucket. */
  static final int BUCKET = 20;

  private static final int WAITING = 10;
  private static final int GROUP_IN_TABLE = 3;
  private static final int GROUP_IN_BUCKET = 2;

  /** A peer of the table. */
  record Entry(PeerId peer, KadKey key, Optional<String> group, long heardNanos) {}

  private static final class Bucket {
    final Map<PeerId, Entry> entries = new LinkedHashMap<>();
    final Map<PeerId, Entry> waiting = new LinkedHashMap<>();
  }

  private final KadKey self;
  private final LongSupplier clock;
  private final Map<Integer, Bucket> buckets = new LinkedHashMap<>();

  RoutingTable(KadKey self, LongSupplier clock) {
    this.self = self;
    this.clock = clock;
  }

  /** A server has been heard of by itself: it answered, or is connected. */
  synchronized void heard(PeerId peer, Collection<Multiaddr> addresses) {
    KadKey key = KadKey.of(peer);
    int prefix = self.commonPrefix(key);
    if (prefix == KadKey.BITS) {
      return;
    }
    Bucket bucket = buckets.computeIfAbsent(prefix, number -> new Bucket());
    Entry known = bucket.entries.remove(peer);
    Entry entry = new Entry(peer, key, group(addresses), clock.getAsLong());
    if (known != null) {
      bucket.entries.put(
          peer, new Entry(peer, key, known.group.or(entry::group), entry.heardNanos));
    } else if (bucket.entries.size() < BUCKET && groupHasRoom(entry, bucket)) {
      bucket.waiting.remove(peer);
      bucket.entries.put(peer, entry);
    } else if (bucket.waiting.size() < WAITING || bucket.waiting.containsKey(peer)) {
      bucket.waiting.put(peer, entry);
    }
  }

  /** A server does not answer. */
  synchronized void failed(PeerId peer) {
    Bucket bucket = buckets.get(self.commonPrefix(KadKey.of(peer)));
    if (bucket == null) {
      return;
    }
    bucket.waiting.remove(peer);
    if (bucket.entries.remove(peer) != null) {
      Iterator<Entry> waiting = bucket.waiting.values().iterator();
      while (waiting.hasNext()) {
        Entry next = waiting.next();
        if (groupHasRoom(next, bucket)) {
          waiting.remove();
          bucket.entries.put(next.peer, next);
          return;
        }
      }
    }
  }

  private boolean groupHasRoom(Entry entry, Bucket bucket) {
    if (entry.group.isEmpty()) {
      return true;
    }
    return count(bucket, entry.group) < GROUP_IN_BUCKET
        && buckets.values().stream().mapToLong(each -> count(each, entry.group)).sum()
            < GROUP_IN_TABLE;
  }

  private static long count(Bucket bucket, Optional<String> group) {
    return bucket.entries.values().stream().filter(entry -> entry.group.equals(group)).count();
  }

  /** The range of a peer's first public address: /16 or /32; none for private ones. */
  private static Optional<String> group(Collection<Multiaddr> addresses) {
    return addresses.stream()
        .flatMap(address -> address.socket().stream())
        .map(socket -> socket.getAddress())
        .filter(DhtScope::isPublic)
        .findFirst()
        .map(
            address -> {
              byte[] bytes = address.getAddress();
              StringBuilder range = new StringBuilder();
              for (int i = 0; i < (bytes.length == 4 ? 2 : 4); i++) {
                range.append(bytes[i] & 0xff).append('.');
              }
              return range.toString();
            });
  }

  /** The peers nearest to a key, nearest first. */
  synchronized List<PeerId> closest(KadKey key, int max) {
    Comparator<Entry> nearest = (one, other) -> key.compareDistance(one.key, other.key);
    return buckets.values().stream()
        .flatMap(bucket -> bucket.entries.values().stream())
        .sorted(nearest)
        .limit(max)
        .map(Entry::peer)
        .toList();
  }

  /** Peers not heard of for that long. */
  synchronized List<PeerId> silent(long nanos) {
    long now = clock.getAsLong();
    List<PeerId> silent = new ArrayList<>();
    for (Bucket bucket : buckets.values()) {
      for (Entry entry : bucket.entries.values()) {
        if (now - entry.heardNanos > nanos) {
          silent.add(entry.peer);
        }
      }
    }
    return silent;
  }

  /** The prefixes, up to the longest there is, whose buckets have room. */
  synchronized Set<Integer> lacking() {
    int longest = buckets.keySet().stream().mapToInt(prefix -> prefix).max().orElse(0);
    Set<Integer> lacking = new HashSet<>();
    for (int prefix = 0; prefix <= Math.min(longest, 15); prefix++) {
      Bucket bucket = buckets.get(prefix);
      if (bucket == null || bucket.entries.size() < BUCKET) {
        lacking.add(prefix);
      }
    }
    return lacking;
  }

  synchronized boolean contains(PeerId peer) {
    Bucket bucket = buckets.get(self.commonPrefix(KadKey.of(peer)));
    return bucket != null && bucket.entries.containsKey(peer);
  }

  synchronized int size() {
    return buckets.values().stream().mapToInt(bucket -> bucket.entries.size()).sum();
  }
}
