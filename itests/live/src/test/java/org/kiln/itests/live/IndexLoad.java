package org.kiln.itests.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;
import org.kiln.itests.harness.V0Client.Answer;

/**
 * Accounts that write documents of one model, each on a thread of its own, and ask for them as soon
 * as a write is acknowledged: nobody else writes theirs, so they know every answer. An answer may
 * be 503, with its reason, and must never be wrong.
 */
final class IndexLoad implements AutoCloseable {
  private static final int DOCUMENT = 3;
  private static final int PAGE = 5;
  private static final long PAUSE_NANOS = 2_000_000;

  private final URI node;
  private final StreamId model;
  private final List<Account> accounts = new ArrayList<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Queue<String> notNow = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicLong worstNanos = new AtomicLong();
  private volatile boolean over;

  IndexLoad(URI node, StreamId model) {
    this.node = node;
    this.model = model;
  }

  IndexLoad start(int writers) {
    for (int i = 0; i < writers; i++) {
      accounts.add(new Account(i));
    }
    accounts.forEach(account -> account.thread.start());
    return this;
  }

  private record Written(StreamId stream, Cid tip) {}

  /** Its documents by the number they hold; a change takes the next one, and so the end. */
  private final class Account {
    private final Author author;
    private final Thread thread;
    private final TreeMap<Integer, Written> documents = new TreeMap<>();
    private int last;

    private Account(int number) {
      byte[] seed = new byte[32];
      seed[0] = (byte) (100 + number);
      author = new Author(seed);
      thread = Thread.ofPlatform().daemon().unstarted(this::run);
    }

    private void run() {
      try (V0Client client = new V0Client(node)) {
        while (!over) {
          write(client);
          ask(client);
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      } catch (IOException e) {
        faults.add("The node does not answer: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void write(V0Client client) throws IOException, InterruptedException {
      int n = last + 1;
      Answer answer;
      Written written;
      if (n % 3 == 0) {
        Map.Entry<Integer, Written> first = documents.firstEntry();
        StreamId stream = first.getValue().stream();
        SignedEvent event = author.replace(stream, first.getValue().tip(), "n", Ipld.of(n));
        answer = client.apply(stream, event);
        written = new Written(stream, event.cid());
        documents.remove(first.getKey());
      } else {
        SignedEvent init = author.instance(model, Ipld.map("n", Ipld.of(n)), "live" + n);
        answer = client.create(DOCUMENT, init);
        written = new Written(StreamId.of(DOCUMENT, init.cid()), init.cid());
      }
      if (!answer.ok()) {
        faults.add("Not written: " + answer.status() + " " + answer.text());
        over = true;
        return;
      }
      last = n;
      documents.put(n, written);
    }

    private void ask(V0Client client) throws IOException, InterruptedException {
      JsonNode count = asked(client, "/api/v0/collection/count", query());
      if (count != null && count.path("count").asInt(-1) != documents.size()) {
        faults.add(documents.size() + " were written, and counted " + count);
      }
      ObjectNode newest = query().put("first", PAGE);
      newest.putObject("sorting").put("n", "DESC");
      JsonNode page = asked(client, "/api/v0/collection", newest);
      if (page != null) {
        List<Integer> expected = documents.descendingKeySet().stream().limit(PAGE).toList();
        check(page, expected);
      }
    }

    private void check(JsonNode page, List<Integer> expected) {
      List<Integer> found = new ArrayList<>();
      for (JsonNode edge : page.path("edges")) {
        int n = edge.at("/node/content/n").asInt();
        found.add(n);
        Written written = documents.get(n);
        String tip = edge.at("/node/log").findValuesAsText("cid").getLast();
        if (written == null || !written.tip().toString().equals(tip)) {
          faults.add("As number " + n + " was written " + written + ", and found " + edge);
        }
      }
      if (!found.equals(expected)) {
        faults.add("Written was " + expected + ", and found " + found);
      }
    }

    private ObjectNode query() {
      ObjectNode query = JsonNodeFactory.instance.objectNode().put("account", author.did());
      query.putArray("models").add(model.toString());
      return query;
    }

    private void whole(V0Client client) throws IOException, InterruptedException {
      ObjectNode all = query().put("first", 1_000);
      all.putObject("sorting").put("n", "ASC");
      JsonNode page = asked(client, "/api/v0/collection", all);
      if (page == null) {
        faults.add("Nothing is upgraded any more, and still there is no answer");
      } else {
        check(page, List.copyOf(documents.keySet()));
      }
    }
  }

  /** An answer, or null when there is none now. */
  private JsonNode asked(V0Client client, String path, ObjectNode query)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Answer answer = client.post(path, query);
    worstNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
    if (answer.ok()) {
      answers.incrementAndGet();
      return answer.body();
    }
    if (answer.status() != 503 || answer.body().path("error").asText().isBlank()) {
      faults.add(answer.status() + " " + answer.text());
    } else {
      notNow.add(answer.body().path("error").asText());
    }
    return null;
  }

  /** Answers so far. */
  int answers() {
    return answers.get();
  }

  /** What was wrong, or not written; at most twenty. */
  List<String> faults() {
    return faults.stream().limit(20).toList();
  }

  /** Reasons of the answers that were 503. */
  List<String> notNow() {
    return List.copyOf(notNow);
  }

  /** The longest a question took since the last call, in milliseconds. */
  long worstMillis() {
    return worstNanos.getAndSet(0) / 1_000_000;
  }

  /** How many documents there are; to be called when it is closed. */
  int documents() {
    return accounts.stream().mapToInt(account -> account.documents.size()).sum();
  }

  /** Asks for all that was ever written, once it is closed. */
  void askForAll() throws IOException, InterruptedException {
    try (V0Client client = new V0Client(node)) {
      for (Account account : accounts) {
        account.whole(client);
      }
    }
  }

  @Override
  public void close() {
    over = true;
    for (Account account : accounts) {
      try {
        account.thread.join(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
