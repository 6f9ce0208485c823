package org.kiln.net.recon.wire;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many messages of each kind came in and went out. Thread-safe. */
public final class MessageCounts {
  private final Map<String, LongAdder> received = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> sent = new ConcurrentHashMap<>();

  /** One came in. */
  public void received(ReconMessage message) {
    count(received, message);
  }

  /** One goes out. */
  public void sent(ReconMessage message) {
    count(sent, message);
  }

  private static void count(Map<String, LongAdder> counts, ReconMessage message) {
    counts.computeIfAbsent(kind(message), kind -> new LongAdder()).increment();
  }

  /** By its name in the protocol; what was too large to read is a value as well. */
  private static String kind(ReconMessage message) {
    return message instanceof ReconMessage.TooLarge
        ? ReconMessage.Value.class.getSimpleName()
        : message.getClass().getSimpleName();
  }

  /** Those that came in, by their kinds. */
  public Map<String, Long> received() {
    return numbers(received);
  }

  /** Those that went out. */
  public Map<String, Long> sent() {
    return numbers(sent);
  }

  private static Map<String, Long> numbers(Map<String, LongAdder> counts) {
    Map<String, Long> numbers = new TreeMap<>();
    counts.forEach((kind, count) -> numbers.put(kind, count.sum()));
    return numbers;
  }
}
