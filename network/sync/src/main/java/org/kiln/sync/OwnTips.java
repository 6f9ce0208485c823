package org.kiln.sync;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;

/**
 * The tips made here lately, and who was there to hear of them. Gossip forgets within seconds: who
 * joins the topic, or was cut off from it, is told again. Thread-safe.
 */
final class OwnTips {
  private static final int MAX_STREAMS = 256;
  private static final long KEEP_MS = 3_600_000;
  private static final long AT_MOST_EVERY_MS = 15_000;

  /** A peer on the topic, for as long as it can be told things without a break. */
  record Present(PeerId peer, long session) {}

  private record Made(TipMessage.Update update, long at) {}

  private final Map<StreamId, Made> made = new LinkedHashMap<>();
  private Set<Present> members = Set.of();
  private boolean due;
  private long lastTold = Long.MIN_VALUE / 2;

  synchronized void made(TipMessage.Update update, long now) {
    made.remove(update.stream());
    made.put(update.stream(), new Made(update, now));
    if (made.size() > MAX_STREAMS) {
      made.remove(made.keySet().iterator().next());
    }
  }

  /** What is to be told again, now that these are there; the oldest first. */
  synchronized List<TipMessage.Update> again(Set<Present> present, long now) {
    due |= !members.containsAll(present);
    members = new HashSet<>(present);
    if (!due || now - lastTold < AT_MOST_EVERY_MS) {
      return List.of();
    }
    due = false;
    lastTold = now;
    made.values().removeIf(tip -> now - tip.at > KEEP_MS);
    return made.values().stream().map(Made::update).toList();
  }
}
