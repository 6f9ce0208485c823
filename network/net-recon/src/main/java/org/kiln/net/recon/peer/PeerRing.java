package org.kiln.net.recon.peer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.log.RangeHash;
import org.kiln.net.recon.peer.KeySums.Hashed;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.talk.Space;
import org.kiln.net.recon.talk.Taken;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.ReconMessage;

/**
 * The peer keys that have not expired, in memory. Only what is verified is kept and handed on: one
 * bad key would keep ceramic-one from reading all others. Thread-safe.
 */
public final class PeerRing implements Space {
  /** The protocol. */
  public static final String PROTOCOL = "/ceramic/recon/0.1.0/peer";

  /** How long a node's own key holds. */
  public static final long VALID_SECONDS = 24 * 3_600;

  private static final long MAX_AHEAD_SECONDS = 2 * VALID_SECONDS;
  private static final int MAX_KEYS = 4_096;
  private static final int MAX_OF_A_PEER = 64;

  /** The sums after so many changes, or more. */
  private record Summed(long changes, KeySums sums) {}

  private final PeerNetwork network;
  private final Clock clock;
  private final ConcurrentNavigableMap<Key, Hashed> keys = new ConcurrentSkipListMap<>();
  private final AtomicLong version = new AtomicLong();

  /** Grows with every key that comes or goes. */
  private final AtomicLong changes = new AtomicLong();

  private volatile Summed summed = new Summed(0, KeySums.of(List.of()));

  /** An empty one. */
  public PeerRing(PeerNetwork network, Clock clock) {
    this.network = network;
    this.clock = clock;
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  /** Tells of the node's own addresses; earlier keys stay until they expire. */
  public void publish(List<Multiaddr> addresses) {
    if (!addresses.isEmpty()) {
      add(PeerKey.sign(network, addresses, now() + VALID_SECONDS));
    }
  }

  /**
   * Takes the keys of an earlier run that still hold: whoever wrote them down, they are checked.
   */
  public void restore(List<Key> kept) {
    take(
        kept.stream().map(key -> new ReconMessage.Value(key, new byte[0])).toList(),
        network.self());
  }

  /** The keys that hold now. */
  public List<PeerKey> peers() {
    expire();
    return keys.values().stream().map(Hashed::key).toList();
  }

  private void add(PeerKey key) {
    if (keys.putIfAbsent(key.key(), new Hashed(key, hashOf(key.key()))) == null) {
      version.incrementAndGet();
      changes.incrementAndGet();
    }
  }

  private static RangeHash hashOf(Key key) {
    try {
      return new RangeHash(1, MessageDigest.getInstance("SHA-256").digest(key.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private void expire() {
    Map<Key, Hashed> expired = keys.headMap(PeerKey.fencepost(now()));
    if (!expired.isEmpty()) {
      expired.clear();
      changes.incrementAndGet();
    }
  }

  private KeySums sums() {
    // Read before the keys are: what comes meanwhile makes them be summed up again.
    long now = changes.get();
    Summed last = summed;
    if (last.changes() != now) {
      last = new Summed(now, KeySums.of(List.copyOf(keys.values())));
      summed = last;
    }
    return last.sums();
  }

  @Override
  public String protocol() {
    return PROTOCOL;
  }

  @Override
  public boolean hasTextKeys() {
    return true;
  }

  @Override
  public MessageLimits limits() {
    return MessageLimits.PEERS;
  }

  @Override
  public List<KeyRange> interests() {
    return List.of(new KeyRange(PeerKey.fencepost(now()), PeerKey.LAST));
  }

  private ConcurrentNavigableMap<Key, Hashed> in(KeyRange range) {
    return range.start().isBelow(range.end())
        ? keys.subMap(range.start(), range.end())
        : keys.subMap(range.start(), range.start());
  }

  @Override
  public RangeHash hash(KeyRange range) {
    return sums().hash(range);
  }

  @Override
  public List<Key> smallest(KeyRange range, int max) {
    return in(range).keySet().stream().limit(max).toList();
  }

  @Override
  public Optional<Key> at(KeyRange range, long offset) {
    return sums().at(range, offset);
  }

  @Override
  public boolean isFencepost(Key key) {
    return PeerKey.isFencepost(key);
  }

  @Override
  public void scan(KeyRange range, Predicate<Key> sink) {
    for (Key key : in(range).keySet()) {
      if (!sink.test(key)) {
        return;
      }
    }
  }

  @Override
  public Optional<byte[]> value(Key key) {
    return keys.containsKey(key) ? Optional.of(new byte[0]) : Optional.empty();
  }

  @Override
  public Taken take(List<ReconMessage.Value> values, PeerId from) {
    expire();
    Taken taken = Taken.NOTHING;
    int fresh = 0;
    for (ReconMessage.Value value : values) {
      if (keys.containsKey(value.key())) {
        continue;
      }
      try {
        PeerKey key = checked(value);
        // Before its signature is looked at, which takes far longer.
        if (hasRoom(key.peer())) {
          key.verify(network);
          add(key);
          fresh++;
        }
      } catch (CodecException e) {
        taken = taken.plus(new Taken(0, 1, Optional.of(e.getMessage())));
      }
    }
    return taken.plus(new Taken(fresh, 0, Optional.empty()));
  }

  private PeerKey checked(ReconMessage.Value value) throws CodecException {
    if (value.value().length > 0) {
      throw new CodecException("A peer key with a value");
    }
    PeerKey key = PeerKey.parse(value.key());
    long now = now();
    if (key.expiration() < now) {
      throw new CodecException("A peer key of " + key.peer() + " has expired");
    }
    if (key.expiration() > now + MAX_AHEAD_SECONDS) {
      throw new CodecException("A peer key of " + key.peer() + " expires in more than two days");
    }
    return key;
  }

  /** Identities cost nothing: what does not fit is not taken, and what is here stays. */
  private boolean hasRoom(PeerId peer) {
    return keys.size() < MAX_KEYS
        && keys.values().stream().filter(entry -> entry.key().peer().equals(peer)).count()
            < MAX_OF_A_PEER;
  }

  @Override
  public long version() {
    return version.get();
  }
}
