package org.kiln.net.gossip;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.kiln.api.net.PeerId;

/**
 * Routers in one thread and in a time of their own: frames take a while, some are lost, and the
 * same seed always ends the same way.
 */
final class Simulation {
  private record Due(long at, long order, Runnable what) {}

  /** A router, its application, and the queues to its peers. */
  final class Node {
    final PeerId id;
    final Router router;
    final StrictSign sign;
    final Map<Node, OutboundQueue> links = new LinkedHashMap<>();

    /** When each message came, by its text. */
    final Map<String, Long> heard = new HashMap<>();

    /** How often each came to the application; more than once is wrong. */
    int repeated;

    private long seqno = 1;

    Node(int number, Parameters parameters) {
      id = FakeKeys.peer(number);
      router = new Router(id, parameters, () -> now, new Random(31L * number + 7));
      sign = new StrictSign(id, new FakeKeys(id));
    }

    void publish(String topic, String text) {
      heard.put(text, now);
      router.publish(sign.sign(topic, text.getBytes(StandardCharsets.UTF_8), seqno++));
      flush(this);
    }

    void take(Node from, byte[] frame) {
      if (!links.containsKey(from)) {
        return;
      }
      try {
        for (Message message : router.receive(from.id, RpcDecoder.decode(frame))) {
          if (sign.author(message) == null) {
            router.invalid(from.id);
          } else if (router.claim(message)) {
            String text = new String(message.data(), StandardCharsets.UTF_8);
            repeated += heard.putIfAbsent(text, now) == null ? 0 : 1;
            router.forward(from.id, message);
          }
        }
      } catch (IOException e) {
        throw new AssertionError("Our own frame cannot be read", e);
      }
      flush(this);
    }
  }

  long now = 1_000;

  /** Share of the frames that get lost. */
  double loss;

  final List<Node> nodes = new ArrayList<>();
  private final Random random;
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
  private long order;

  Simulation(long seed) {
    random = new Random(seed);
  }

  Node add(Parameters parameters) {
    Node node = new Node(nodes.size() + 1, parameters);
    nodes.add(node);
    at(now + 100 + random.nextInt(900), () -> beat(node, parameters.heartbeatMs()));
    return node;
  }

  private void beat(Node node, long every) {
    node.router.heartbeat();
    flush(node);
    at(now + every, () -> beat(node, every));
  }

  void at(long time, Runnable what) {
    due.add(new Due(time, order++, what));
  }

  void connect(Node dialler, Node other) {
    if (dialler == other || dialler.links.containsKey(other)) {
      return;
    }
    dialler.links.put(other, new OutboundQueue());
    other.links.put(dialler, new OutboundQueue());
    dialler.router.arrived(other.id, true, true, null, dialler.links.get(other));
    other.router.arrived(dialler.id, true, false, null, other.links.get(dialler));
    flush(dialler);
    flush(other);
  }

  void disconnect(Node one, Node other) {
    if (one.links.remove(other) != null) {
      other.links.remove(one);
      one.router.left(other.id);
      other.router.left(one.id);
    }
  }

  void flush(Node node) {
    for (Node other : List.copyOf(node.links.keySet())) {
      OutboundQueue queue = node.links.get(other);
      for (byte[] frame = queue.poll(); frame != null; frame = queue.poll()) {
        byte[] sent = Arrays.copyOf(frame, frame.length);
        boolean lost = random.nextDouble() < loss;
        if (!lost) {
          at(now + 10 + random.nextInt(40), () -> other.take(node, sent));
        }
      }
    }
  }

  void run(long millis) {
    long end = now + millis;
    while (!due.isEmpty() && due.peek().at <= end) {
      Due next = due.poll();
      now = next.at;
      next.what.run();
    }
    now = end;
  }

  /** A connected net: each new node dials some of those before it. */
  static Simulation net(long seed, int size, int dials, String topic, Parameters parameters) {
    Simulation simulation = new Simulation(seed);
    for (int i = 0; i < size; i++) {
      Node node = simulation.add(parameters);
      node.router.subscribe(topic);
      for (int j = 0; j < Math.min(i, dials); j++) {
        simulation.connect(node, simulation.nodes.get(simulation.random.nextInt(i)));
      }
    }
    return simulation;
  }
}
