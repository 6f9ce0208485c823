package org.kiln.itests.live;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;

/**
 * Writes documents through {@code /ceramic/events}, one after the other, each until it is taken: an
 * answer may be 503, and nothing else but 204.
 */
final class OneLoad implements AutoCloseable {
  private static final int DOCUMENT_PAUSE_NANOS = 50_000_000;

  private final URI one;
  private final StreamId model;
  private final Author author;
  private final String name;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<Cid> taken = new ConcurrentLinkedQueue<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Queue<String> notNow = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
  private volatile boolean over;

  /**
   * To be started.
   *
   * @param one where the API of ceramic-one is
   * @param name tells the documents from those of others
   */
  OneLoad(URI one, StreamId model, Author author, String name) {
    this.one = one;
    this.model = model;
    this.author = author;
    this.name = name;
  }

  OneLoad start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      for (int n = 0; !over; n++) {
        SignedEvent event = author.instance(model, Ipld.map("n", Ipld.of(n)), name + n);
        write(event);
        LockSupport.parkNanos(DOCUMENT_PAUSE_NANOS);
      }
    } catch (IOException e) {
      faults.add("The node does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(SignedEvent event) throws IOException, InterruptedException {
    while (true) {
      HttpResponse<String> answer = post(event);
      if (answer.statusCode() == 204) {
        taken.add(event.cid());
        return;
      }
      String said = answer.statusCode() + " " + answer.body();
      if (answer.statusCode() != 503 || over) {
        faults.add(said);
        return;
      }
      notNow.add(said);
    }
  }

  HttpResponse<String> post(SignedEvent event) throws IOException, InterruptedException {
    Car car = new Car(List.of(event.cid()), List.of(event.payload(), event.envelope()));
    String body = "{\"data\":\"" + Multibase.BASE64.encode(car.write()) + "\"}";
    return send(
        HttpRequest.newBuilder(one.resolve("/ceramic/events"))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(
        request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Whether this node has that event. */
  boolean has(Cid event) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(one.resolve("/ceramic/events/" + event)).GET()).statusCode()
        == 200;
  }

  /** What was taken so far, in its order. */
  List<Cid> taken() {
    return List.copyOf(taken);
  }

  /** What was neither taken nor put off; at most twenty. */
  List<String> faults() {
    return faults.stream().limit(20).toList();
  }

  /** What was put off. */
  List<String> notNow() {
    return List.copyOf(notNow);
  }

  /** Writes no more; may be asked still. */
  @Override
  public void close() {
    over = true;
    try {
      thread.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
