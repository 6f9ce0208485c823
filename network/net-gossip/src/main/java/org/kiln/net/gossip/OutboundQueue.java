package org.kiln.net.gossip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.core.protobuf.ProtobufWriter;

/**
 * What waits to be written to one peer. A peer that reads slowly costs a bounded amount: gossip is
 * dropped first, the oldest before the newer, then messages, the newest; subscriptions, grafts and
 * prunes never are, but of each topic only the last word counts. Thread-safe.
 */
final class OutboundQueue {
  private static final int MAX_MESSAGES = 64;
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int MAX_GOSSIP_BYTES = 256 * 1024;
  private static final int MAX_SUBSCRIPTIONS_IN_FRAME = 100;
  private static final int FULL_FRAME = 64 * 1024;
  private static final long GRAFT = -1;

  private static final int IHAVE = 1;
  private static final int IWANT = 2;

  private record Gossip(int field, byte[] bytes) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Map<String, Boolean> subscriptions = new LinkedHashMap<>();
  private final Map<String, Long> mesh = new LinkedHashMap<>();
  private final Deque<Gossip> gossip = new ArrayDeque<>();
  private final Deque<byte[]> messages = new ArrayDeque<>();
  private int gossipBytes;
  private int messageBytes;
  private long dropped;
  private boolean closed;

  void subscription(String topic, boolean subscribed) {
    lock.lock();
    try {
      if (!closed) {
        subscriptions.remove(topic);
        subscriptions.put(topic, subscribed);
        filled.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  void graft(String topic) {
    put(topic, GRAFT);
  }

  void prune(String topic, long backoffSeconds) {
    put(topic, backoffSeconds);
  }

  private void put(String topic, long word) {
    lock.lock();
    try {
      if (!closed) {
        mesh.put(topic, word);
        filled.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  void have(String topic, List<String> ids) {
    gossip(IHAVE, ids(new ProtobufWriter().string(1, topic), 2, ids));
  }

  void want(List<String> ids) {
    gossip(IWANT, ids(new ProtobufWriter(), 1, ids));
  }

  private static byte[] ids(ProtobufWriter out, int field, List<String> ids) {
    ids.forEach(id -> out.bytes(field, id.getBytes(StandardCharsets.ISO_8859_1)));
    return out.toByteArray();
  }

  private void gossip(int field, byte[] bytes) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      gossip.addLast(new Gossip(field, bytes));
      gossipBytes += bytes.length;
      while (gossipBytes > MAX_GOSSIP_BYTES && gossip.size() > 1) {
        dropGossip();
      }
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private void dropGossip() {
    gossipBytes -= gossip.removeFirst().bytes.length;
    dropped++;
  }

  /** Queues a message; false when there is no room for it. */
  boolean message(Message message) {
    byte[] bytes = message.encoded();
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      if (messages.size() >= MAX_MESSAGES
          || messageBytes + bytes.length > MAX_MESSAGE_BYTES && !messages.isEmpty()) {
        while (!gossip.isEmpty()) {
          dropGossip();
        }
        dropped++;
        return false;
      }
      messages.addLast(bytes);
      messageBytes += bytes.length;
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The next frame to write, null when nothing waits. */
  byte[] poll() {
    lock.lock();
    try {
      return isEmpty() ? null : frame();
    } finally {
      lock.unlock();
    }
  }

  /** The next frame to write, waited for; null when the queue was closed. */
  byte[] take() throws InterruptedException {
    lock.lock();
    try {
      while (isEmpty() && !closed) {
        filled.await();
      }
      return closed ? null : frame();
    } finally {
      lock.unlock();
    }
  }

  private boolean isEmpty() {
    return subscriptions.isEmpty() && mesh.isEmpty() && gossip.isEmpty() && messages.isEmpty();
  }

  private byte[] frame() {
    ProtobufWriter out = new ProtobufWriter();
    Iterator<Map.Entry<String, Boolean>> topics = subscriptions.entrySet().iterator();
    for (int i = 0; i < MAX_SUBSCRIPTIONS_IN_FRAME && topics.hasNext(); i++) {
      Map.Entry<String, Boolean> topic = topics.next();
      out.message(
          1, new ProtobufWriter().number(1, topic.getValue() ? 1 : 0).string(2, topic.getKey()));
      topics.remove();
    }
    ProtobufWriter control = new ProtobufWriter();
    if (!gossip.isEmpty()) {
      Gossip next = gossip.removeFirst();
      gossipBytes -= next.bytes.length;
      control.bytes(next.field, next.bytes);
    }
    mesh.forEach(
        (topic, word) -> {
          ProtobufWriter inner = new ProtobufWriter().string(1, topic);
          if (word == GRAFT) {
            control.message(3, inner);
          } else {
            control.message(4, inner.number(3, word));
          }
        });
    mesh.clear();
    if (control.size() > 0) {
      out.message(3, control);
    }
    // A large message travels alone, so that no frame grows beyond what peers accept.
    while (!messages.isEmpty()
        && (out.size() == 0 || out.size() + messages.getFirst().length <= FULL_FRAME)) {
      byte[] message = messages.removeFirst();
      messageBytes -= message.length;
      out.bytes(2, message);
    }
    return out.toByteArray();
  }

  /** What was dropped so far. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of everything, and of whoever waits. */
  void close() {
    lock.lock();
    try {
      closed = true;
      subscriptions.clear();
      mesh.clear();
      gossip.clear();
      messages.clear();
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
