package org.kiln.net.gossip;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.net.PeerId;

/** The messages of the last heartbeats, for peers that ask for them. Not thread-safe. */
final class MessageCache {
  private static final class Entry {
    final Message message;
    final Map<PeerId, Integer> sent = new HashMap<>(0);

    Entry(Message message) {
      this.message = message;
    }
  }

  private final int length;
  private final int gossip;
  private final int maxBytes;
  private final Map<String, Entry> entries = new HashMap<>();

  /** Ids by heartbeat, the newest first; in each, the oldest first. */
  private final Deque<Deque<String>> windows = new ArrayDeque<>();

  private long bytes;

  MessageCache(int length, int gossip, int maxBytes) {
    this.length = length;
    this.gossip = gossip;
    this.maxBytes = maxBytes;
    windows.addFirst(new ArrayDeque<>());
  }

  void put(Message message) {
    if (entries.putIfAbsent(message.id(), new Entry(message)) != null) {
      return;
    }
    windows.getFirst().addLast(message.id());
    bytes += weight(message);
    while (bytes > maxBytes) {
      Deque<String> oldest = windows.getLast();
      if (oldest.isEmpty()) {
        windows.removeLast();
      } else {
        remove(oldest.removeFirst());
      }
    }
  }

  private static int weight(Message message) {
    return 2 * message.data().length + 512;
  }

  private void remove(String id) {
    bytes -= weight(entries.remove(id).message);
  }

  /** A message for a peer that asks for it, unless it has asked too often. */
  Optional<Message> answer(String id, PeerId peer, int times) {
    Entry entry = entries.get(id);
    return entry != null && entry.sent.merge(peer, 1, Integer::sum) <= times
        ? Optional.of(entry.message)
        : Optional.empty();
  }

  /** Ids on a topic of the heartbeats that are told of. */
  List<String> recent(String topic) {
    List<String> ids = new ArrayList<>();
    windows.stream()
        .limit(gossip)
        .flatMap(Deque::stream)
        .filter(id -> entries.get(id).message.topic().equals(topic))
        .forEach(ids::add);
    return ids;
  }

  /** A heartbeat has passed. */
  void shift() {
    windows.addFirst(new ArrayDeque<>());
    while (windows.size() > length) {
      windows.removeLast().forEach(this::remove);
    }
  }

  int size() {
    return entries.size();
  }

  long bytes() {
    return bytes;
  }
}
