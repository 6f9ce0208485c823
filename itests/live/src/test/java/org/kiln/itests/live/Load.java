package org.kiln.itests.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.FeedClient;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * Clients that create tiles with anchors, update and read them, on threads of their own, until
 * closed. What was acknowledged is remembered.
 */
final class Load implements AutoCloseable {
  private static final int TILE = 0;

  /**
   * A machine that does other work as well need not be worn out: what counts is that it goes on.
   */
  private static final long PAUSE_NANOS = 2_000_000;

  private final URI node;
  private final Author author = new Author(new byte[32]);
  private final Map<StreamId, List<Cid>> acknowledged = new ConcurrentHashMap<>();
  private final Queue<StreamId> readable = new ConcurrentLinkedQueue<>();
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicLong worstNanos = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger serial = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  private interface Turn {
    void run(V0Client client) throws IOException, InterruptedException;
  }

  Load(URI node) {
    this.node = node;
  }

  Load start(int writers, int readers) {
    for (int i = 0; i < writers; i++) {
      threads.add(Thread.ofPlatform().daemon().start(() -> run(this::write)));
    }
    for (int i = 0; i < readers; i++) {
      threads.add(Thread.ofPlatform().daemon().start(() -> run(this::read)));
    }
    return this;
  }

  private void run(Turn turn) {
    try (V0Client client = new V0Client(node)) {
      while (!over) {
        turn.run(client);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException e) {
      refusals.add("The node does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(V0Client client) throws IOException, InterruptedException {
    SignedEvent init =
        author.tile(
            Ipld.map("n", Ipld.of("0")),
            "live" + serial.incrementAndGet() + "-" + System.nanoTime());
    StreamId stream = StreamId.of(TILE, init.cid());
    ObjectNode create = JsonNodeFactory.instance.objectNode();
    create.put("type", TILE);
    create.set("genesis", init.wire());
    create.putObject("opts").put("anchor", true).put("publish", false);
    if (!ask(() -> client.post("/api/v0/streams", create))) {
      return;
    }
    List<Cid> log = new ArrayList<>(List.of(init.cid()));
    acknowledged.put(stream, log);
    // Unanchored updates of another stream: the anchor would move the tip under our feet.
    SignedEvent quiet = author.tile(Ipld.map("n", Ipld.of("0")), "quiet" + System.nanoTime());
    StreamId other = StreamId.of(TILE, quiet.cid());
    if (!ask(() -> client.create(TILE, quiet))) {
      return;
    }
    List<Cid> updated = new ArrayList<>(List.of(quiet.cid()));
    acknowledged.put(other, updated);
    readable.add(other);
    for (int i = 1; i <= 3 && !over; i++) {
      SignedEvent event =
          author.replace(other, updated.get(updated.size() - 1), "n", Ipld.of("n" + i));
      if (!ask(() -> client.apply(other, event))) {
        return;
      }
      updated.add(event.cid());
    }
  }

  private void read(V0Client client) throws IOException, InterruptedException {
    StreamId stream = readable.peek();
    if (stream == null) {
      return;
    }
    List<StreamId> all = List.copyOf(readable);
    StreamId any = all.get(ThreadLocalRandom.current().nextInt(all.size()));
    ask(() -> client.load(any));
    ask(() -> client.commits(any));
    ask(() -> client.get("/api/v0/node/chains"));
  }

  private interface Request {
    V0Client.Answer send() throws IOException, InterruptedException;
  }

  private boolean ask(Request request) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    V0Client.Answer answer = request.send();
    long nanos = System.nanoTime() - begin;
    requests.incrementAndGet();
    worstNanos.accumulateAndGet(nanos, Math::max);
    if (answer.status() / 100 != 2) {
      refusals.add(answer.status() + " " + answer.text());
      return false;
    }
    return true;
  }

  /** Answers that were no 2xx, at most twenty. */
  List<String> refusals() {
    return refusals.stream().limit(20).toList();
  }

  int requests() {
    return requests.get();
  }

  /** The longest a request took since the last call, in milliseconds. */
  long worstMillis() {
    return worstNanos.getAndSet(0) / 1_000_000;
  }

  /** Streams that lack an acknowledged event; empty when none was lost. */
  List<String> lost() throws IOException, InterruptedException {
    List<String> lost = new ArrayList<>();
    try (V0Client client = new V0Client(node)) {
      for (Map.Entry<StreamId, List<Cid>> stream : acknowledged.entrySet()) {
        V0Client.Answer loaded = client.load(stream.getKey());
        List<String> log = new ArrayList<>();
        loaded.body().path("state").path("log").forEach(e -> log.add(e.path("cid").asText()));
        for (Cid cid : List.copyOf(stream.getValue())) {
          if (!log.contains(cid.toString())) {
            lost.add(stream.getKey() + " lacks " + cid + ": " + loaded.text());
          }
        }
      }
    }
    return lost;
  }

  /** Streams whose newest event a listener has not heard of. */
  List<StreamId> untold(FeedClient feed) throws IOException, InterruptedException {
    List<StreamId> untold = new ArrayList<>();
    try (V0Client client = new V0Client(node)) {
      for (StreamId stream : acknowledged.keySet()) {
        String tip = client.load(stream).body().at("/state/log").findValuesAsText("cid").getLast();
        if (!feed.tip(stream).map(Cid::toString).equals(Optional.of(tip))) {
          untold.add(stream);
        }
      }
    }
    return untold;
  }

  int streams() {
    return acknowledged.size();
  }

  @Override
  public void close() {
    over = true;
    for (Thread thread : threads) {
      try {
        thread.join(30_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
