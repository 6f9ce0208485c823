package org.kiln.itests.samples;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * Accounts that create tiles and update them until they are told to end, or the node is gone; they
 * remember what the node has promised.
 */
final class Clients {
  private static final int UPDATES = 4;
  private static final int TILE = 0;

  private final List<Author> authors = new ArrayList<>();
  private final Map<StreamId, Integer> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger serial = new AtomicInteger();
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();

  Clients(int accounts) {
    for (int i = 0; i < accounts; i++) {
      byte[] seed = new byte[32];
      byte[] name = ("account " + i).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(name, 0, seed, 0, name.length);
      authors.add(new Author(seed));
    }
  }

  /** The accounts' DIDs. */
  List<String> dids() {
    return authors.stream().map(Author::did).toList();
  }

  /** Writes that were acknowledged, by stream. */
  Map<StreamId, Integer> acknowledged() {
    return acknowledged;
  }

  /** Writes that were acknowledged, of all streams. */
  int writes() {
    return writes.get();
  }

  /** Answers that were no 200. */
  List<String> refusals() {
    return List.copyOf(refusals);
  }

  /** Writing under way, one thread for each account. */
  final class Run implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    private void write(URI node, Author author) {
      try (V0Client client = new V0Client(node)) {
        while (!over) {
          tile(client, author);
        }
      } catch (IOException e) {
        over = true; // the node is gone
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void tile(V0Client client, Author author) throws IOException, InterruptedException {
      SignedEvent init =
          author.tile(Ipld.map("n", Ipld.of("0")), "feed " + serial.incrementAndGet());
      StreamId stream = StreamId.of(TILE, init.cid());
      Cid tip = init.cid();
      boolean taken = take(stream, client.create(TILE, init));
      for (int i = 0; i < UPDATES && taken && !over; i++) {
        SignedEvent event = author.replace(stream, tip, "n", Ipld.of("n" + i));
        taken = take(stream, client.apply(stream, event));
        tip = event.cid();
      }
    }

    private boolean take(StreamId stream, V0Client.Answer answer) {
      if (!answer.ok()) {
        refusals.add(answer.status() + " " + answer.text());
        return false;
      }
      acknowledged.merge(stream, 1, Integer::sum);
      writes.incrementAndGet();
      return true;
    }

    @Override
    public void close() {
      over = true;
      for (Thread thread : threads) {
        try {
          thread.join(60_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** Begins to write. */
  Run start(URI node) {
    Run run = new Run();
    for (Author author : authors) {
      run.threads.add(Thread.ofVirtual().start(() -> run.write(node, author)));
    }
    return run;
  }
}
