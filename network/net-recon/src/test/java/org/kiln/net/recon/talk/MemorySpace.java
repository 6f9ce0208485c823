package org.kiln.net.recon.talk;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.EventId;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.Keys;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.ReconMessage;

/** A space in memory that takes whatever comes. */
public class MemorySpace extends Keys implements Space {
  private final boolean text;
  public final List<KeyRange> interests = new CopyOnWriteArrayList<>();
  public volatile Optional<KeyRange> basis = Optional.empty();
  public volatile Predicate<Key> takes = key -> true;

  /** Whether it keeps nothing that comes, and says nothing of it. */
  public volatile boolean forgets;

  /** How many values were read. */
  public final AtomicInteger reads = new AtomicInteger();

  public MemorySpace(boolean text) {
    super(text ? MemorySpace::isBareText : key -> EventId.tryOf(key.bytes()).isEmpty());
    this.text = text;
  }

  private static boolean isBareText(Key key) {
    return new String(key.bytes(), StandardCharsets.UTF_8).indexOf('.') < 0;
  }

  @Override
  public String protocol() {
    return "/test/" + (text ? "peer" : "model");
  }

  @Override
  public boolean hasTextKeys() {
    return text;
  }

  @Override
  public MessageLimits limits() {
    return text ? MessageLimits.PEERS : MessageLimits.EVENTS;
  }

  @Override
  public List<KeyRange> interests() {
    return List.copyOf(interests);
  }

  @Override
  public Optional<KeyRange> basis() {
    return basis;
  }

  @Override
  public void scan(KeyRange range, Predicate<Key> sink) {
    for (Key key : smallest(range, Integer.MAX_VALUE)) {
      if (!sink.test(key)) {
        return;
      }
    }
  }

  @Override
  public synchronized Optional<byte[]> value(Key key) {
    reads.incrementAndGet();
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public synchronized Taken take(List<ReconMessage.Value> given, PeerId from) {
    int fresh = 0;
    int bad = 0;
    if (forgets) {
      return Taken.NOTHING;
    }
    for (ReconMessage.Value value : given) {
      if (!takes.test(value.key())) {
        bad++;
      } else if (values.putIfAbsent(value.key(), value.value()) == null) {
        fresh++;
      }
    }
    return new Taken(fresh, bad, bad > 0 ? Optional.of("not taken") : Optional.empty());
  }

  @Override
  public synchronized long version() {
    return values.size();
  }
}
