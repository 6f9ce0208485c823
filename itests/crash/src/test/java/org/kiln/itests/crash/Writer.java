package org.kiln.itests.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * Clients that create tiles and update them as fast as the node takes it, and remember its
 * promises.
 */
final class Writer {
  private static final int TILE = 0;
  private static final int UPDATES_PER_STREAM = 6;
  private static final int CHECKERS = 4;

  private final Author author = new Author(digest("crash"));
  private final Queue<Acknowledged> streams = new ConcurrentLinkedQueue<>();
  private final AtomicInteger serial = new AtomicInteger();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final Queue<V0Client.Answer> refusals = new ConcurrentLinkedQueue<>();

  /** Writing that goes on until the node no longer answers, or until it is told to end. */
  final class Run implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean over;

    private Run(URI node, int clients) {
      for (int i = 0; i < clients; i++) {
        threads.submit(() -> write(node));
      }
    }

    private void write(URI node) {
      try (V0Client client = new V0Client(node)) {
        while (!over && writeStream(client)) {
          // the next stream
        }
      } catch (IOException e) {
        over = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean writeStream(V0Client client) throws IOException, InterruptedException {
      Acknowledged stream = create(client);
      for (int i = 0; stream != null && i < UPDATES_PER_STREAM; i++) {
        if (over || !update(client, stream)) {
          return false;
        }
      }
      return stream != null;
    }

    @Override
    public void close() {
      over = true;
      threads.shutdown();
      try {
        if (!threads.awaitTermination(90, TimeUnit.SECONDS)) {
          throw new IllegalStateException("Clients still wait for answers");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Starts writing. */
  Run start(URI node, int clients) {
    return new Run(node, clients);
  }

  /** Creates one stream; null when the node refuses. */
  Acknowledged create(V0Client client) throws IOException, InterruptedException {
    int number = serial.incrementAndGet();
    Ipld content =
        Ipld.Map.builder()
            .with("n", new Ipld.Text("0"))
            .with("filler", new Ipld.Text("x".repeat(200 + number % 1800)))
            .build();
    SignedEvent init = author.tile(content, "unique" + number);
    Acknowledged stream = new Acknowledged(StreamId.of(TILE, init.cid()));
    return take(stream, init, client.create(TILE, init)) ? stream : null;
  }

  /** Updates one stream; false when the node refuses. */
  boolean update(V0Client client, Acknowledged stream) throws IOException, InterruptedException {
    SignedEvent event =
        author.replace(
            stream.stream(), stream.tip(), "n", new Ipld.Text("event " + stream.events()));
    stream.sending(event.cid());
    return take(stream, event, client.apply(stream.stream(), event));
  }

  private boolean take(Acknowledged stream, SignedEvent event, V0Client.Answer answer) {
    if (!answer.ok()) {
      stream.refused();
      refusals.add(answer);
      return false;
    }
    stream.acknowledge(event.cid(), answer.body().path("state"));
    if (stream.events() == 1) {
      streams.add(stream);
    }
    acknowledged.incrementAndGet();
    return true;
  }

  /** Events acknowledged so far. */
  int acknowledged() {
    return acknowledged.get();
  }

  /** Answers other than 200, oldest first. */
  List<V0Client.Answer> refusals() {
    return List.copyOf(refusals);
  }

  /** Every stream with an acknowledged event. */
  List<Acknowledged> streams() {
    return List.copyOf(streams);
  }

  /** What the node has lost or changed of the given streams; empty when it keeps every promise. */
  static List<String> broken(URI node, List<Acknowledged> streams) {
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    Queue<Acknowledged> rest = new ConcurrentLinkedQueue<>(streams);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CHECKERS; i++) {
        threads.submit(() -> checkAll(node, rest, wrong));
      }
    }
    return wrong.stream().limit(20).toList();
  }

  private static Void checkAll(URI node, Queue<Acknowledged> rest, Queue<String> wrong)
      throws InterruptedException {
    try (V0Client client = new V0Client(node)) {
      for (Acknowledged next = rest.poll(); next != null; next = rest.poll()) {
        String found = check(client, next);
        if (!found.isEmpty()) {
          wrong.add(found);
        }
      }
    } catch (IOException e) {
      wrong.add("The node does not answer: " + e);
    }
    return null;
  }

  private static String check(V0Client client, Acknowledged stream)
      throws IOException, InterruptedException {
    V0Client.Answer loaded = client.load(stream.stream());
    if (!loaded.ok()) {
      return stream.stream() + ": " + loaded.status() + " " + loaded.text();
    }
    String wrong = stream.compare(loaded.body());
    if (!wrong.isEmpty()) {
      return wrong;
    }
    List<String> inState = new ArrayList<>();
    loaded
        .body()
        .path("state")
        .path("log")
        .forEach(entry -> inState.add(entry.path("cid").asText()));
    List<String> inLog = new ArrayList<>();
    for (JsonNode commit : client.commits(stream.stream()).body().path("commits")) {
      if (commit.path("value").path("linkedBlock").asText().isEmpty()) {
        return stream.stream() + ": no payload block with " + commit.path("cid");
      }
      inLog.add(commit.path("cid").asText());
    }
    return inLog.equals(inState)
        ? ""
        : stream.stream() + ": state names " + inState + ", log " + inLog;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
