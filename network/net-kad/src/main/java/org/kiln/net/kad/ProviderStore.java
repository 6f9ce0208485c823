package org.kiln.net.kad;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;

/**
 * Who provides what, on the word of the providers themselves, for 48 hours. Bounded in all, by
 * sender and by the bytes of addresses; the oldest go first. A provider is where it said last, for
 * all of its claims. {@link ProviderLog} keeps them over a restart. Thread-safe.
 */
public final class ProviderStore {
  private static final int CLAIMS = 100_000;
  private static final int CLAIMS_OF_ONE = 10_000;
  private static final int ADDRESSES_OF_ONE = 16;
  private static final int ADDRESS_BYTES_OF_ONE = 1024;
  private static final int ADDRESS_BYTES = 8 << 20;
  private static final long LIFETIME_NANOS = Duration.ofHours(48).toNanos();
  private static final int ANSWERED = 16;

  private record Claim(ByteBuffer key, PeerId provider) {}

  /** When it was said, and as the how-manieth of all. */
  private record Saying(long atNanos, long number) {}

  private static final class Sender {
    final PeerId id;
    int claims;
    // Encoded they take a tenth of the space.
    List<byte[]> addresses = List.of();

    Sender(PeerId id) {
      this.id = id;
    }

    int bytes() {
      return addresses.stream().mapToInt(address -> address.length).sum();
    }
  }

  /** A multihash that was claimed, and how long ago. */
  record Said(byte[] multihash, long ageNanos) {}

  /** What one peer has said: where it is, encoded, and what it provides. */
  record Sayings(PeerId provider, List<byte[]> addresses, List<Said> claims) {}

  /** Claims, and the number of the last of them. */
  record Copy(List<Sayings> sayings, long upTo) {}

  private final int capacity;
  private final int perSender;
  private final LongSupplier clock;
  private final Map<ByteBuffer, List<PeerId>> providers = new HashMap<>();
  private final Map<PeerId, Sender> senders = new HashMap<>();
  // Those said first come first.
  private LinkedHashMap<Claim, Saying> claims = new LinkedHashMap<>();
  private long addressBytes;
  private long said;

  /** For 100 000 claims, 10 000 of one sender. */
  public ProviderStore() {
    this(CLAIMS, CLAIMS_OF_ONE, System::nanoTime);
  }

  ProviderStore(int capacity, int perSender, LongSupplier clock) {
    this.capacity = capacity;
    this.perSender = perSender;
    this.clock = clock;
  }

  /** Notes what a peer says of itself; false when it has said enough. */
  synchronized boolean add(byte[] multihash, PeerId provider, List<Multiaddr> addresses) {
    expire();
    boolean noted = note(multihash.clone(), provider, encoded(addresses), clock.getAsLong());
    trim();
    return noted;
  }

  private boolean note(byte[] multihash, PeerId provider, List<byte[]> addresses, long atNanos) {
    Claim again = new Claim(ByteBuffer.wrap(multihash), provider);
    forget(again);
    Sender known = senders.get(provider);
    if (known != null && known.claims >= perSender) {
      return false;
    }
    Sender sender = senders.computeIfAbsent(provider, Sender::new);
    Claim claim = new Claim(again.key, sender.id);
    claims.put(claim, new Saying(atNanos, ++said));
    providers.computeIfAbsent(claim.key, key -> new ArrayList<>(2)).add(sender.id);
    sender.claims++;
    addressBytes -= sender.bytes();
    sender.addresses = addresses;
    addressBytes += sender.bytes();
    return true;
  }

  private void trim() {
    while (claims.size() > capacity || addressBytes > ADDRESS_BYTES) {
      forget(claims.firstEntry().getKey());
    }
  }

  private static List<byte[]> encoded(List<Multiaddr> addresses) {
    List<byte[]> encoded = new ArrayList<>(Math.min(addresses.size(), ADDRESSES_OF_ONE));
    int room = ADDRESS_BYTES_OF_ONE;
    for (Multiaddr address : addresses) {
      byte[] bytes = address.bytes();
      if (bytes.length <= room && encoded.size() < ADDRESSES_OF_ONE) {
        encoded.add(bytes);
        room -= bytes.length;
      }
    }
    return List.copyOf(encoded);
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
    Sender sender = senders.get(claim.provider);
    if (--sender.claims == 0) {
      senders.remove(sender.id);
      addressBytes -= sender.bytes();
    }
  }

  /** Those that were noted first come first, and are the only ones looked at. */
  private void expire() {
    long now = clock.getAsLong();
    while (!claims.isEmpty()) {
      Map.Entry<Claim, Saying> oldest = claims.firstEntry();
      if (now - oldest.getValue().atNanos <= LIFETIME_NANOS) {
        return;
      }
      forget(oldest.getKey());
    }
  }

  /** Some of those who provide it, at random when there are many. */
  synchronized List<KadPeer> of(byte[] multihash) {
    expire();
    List<PeerId> all =
        new ArrayList<>(providers.getOrDefault(ByteBuffer.wrap(multihash), List.of()));
    Collections.shuffle(all);
    return all.stream()
        .limit(ANSWERED)
        .map(peer -> new KadPeer(peer, decoded(senders.get(peer).addresses)))
        .toList();
  }

  private static List<Multiaddr> decoded(List<byte[]> addresses) {
    return addresses.stream().map(Multiaddrs::decode).toList();
  }

  /** The claims after that number; all of them after 0. */
  synchronized Copy after(long number) {
    expire();
    long now = clock.getAsLong();
    Map<PeerId, Sayings> copy = new LinkedHashMap<>();
    for (Map.Entry<Claim, Saying> entry : claims.sequencedEntrySet().reversed()) {
      if (entry.getValue().number <= number) {
        break;
      }
      Claim claim = entry.getKey();
      copy.computeIfAbsent(
              claim.provider,
              peer -> new Sayings(peer, senders.get(peer).addresses, new ArrayList<>(1)))
          .claims
          .add(new Said(claim.key.array(), now - entry.getValue().atNanos));
    }
    return new Copy(List.copyOf(copy.values()), said);
  }

  /**
   * Takes in what was said in an earlier run, within the same bounds; what is too old stays out.
   * Call {@link #restored} after the last.
   */
  synchronized void restore(PeerId provider, List<Multiaddr> addresses, List<Said> earlier) {
    long now = clock.getAsLong();
    List<byte[]> encoded = encoded(addresses);
    for (Said one : earlier) {
      if (one.ageNanos >= 0 && one.ageNanos <= LIFETIME_NANOS) {
        note(one.multihash, provider, encoded, now - one.ageNanos);
      }
    }
    // In no order, they cannot be trimmed one by one.
    if (claims.size() > 2L * capacity || addressBytes > 2L * ADDRESS_BYTES) {
      restored();
    }
  }

  /**
   * Puts what was restored into the order in which it was said, and within bounds.
   *
   * @return the number of the last claim
   */
  synchronized long restored() {
    List<Map.Entry<Claim, Saying>> all = new ArrayList<>(claims.entrySet());
    long now = clock.getAsLong();
    all.sort(
        Comparator.comparingLong(
            (Map.Entry<Claim, Saying> entry) -> entry.getValue().atNanos - now));
    LinkedHashMap<Claim, Saying> ordered = new LinkedHashMap<>();
    for (Map.Entry<Claim, Saying> entry : all) {
      ordered.put(entry.getKey(), new Saying(entry.getValue().atNanos, ++said));
    }
    claims = ordered;
    trim();
    return said;
  }

  /** Claims that are kept. */
  public synchronized int size() {
    return claims.size();
  }
}
