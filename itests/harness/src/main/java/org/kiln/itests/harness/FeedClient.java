package org.kiln.itests.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;

/**
 * Listens to a node's feed of documents from its beginning, as an EventSource does: whenever its
 * connection ends, it comes back and says where it was. Thread-safe.
 */
public final class FeedClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAUSE_MS = 50;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<StreamId, Cid> tips = new ConcurrentHashMap<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("feed client").unstarted(this::run);
  private volatile URI node;
  private volatile int connections;
  private volatile boolean closed;
  private String lastId = "";
  private ResumeToken last;
  private Block block = new Block();

  /** What has come of a block; it counts for nothing until the empty line behind it has come. */
  private static final class Block {
    private final List<String> data = new ArrayList<>();
    private String type = "message";
    private String id;
  }

  private FeedClient(URI node) {
    this.node = node;
  }

  /** Begins to listen to the node at that URL. */
  public static FeedClient of(URI node) {
    FeedClient client = new FeedClient(node);
    client.thread.start();
    return client;
  }

  /** The node has another URL from now on. */
  public void moved(URI url) {
    node = url;
  }

  /** The tip of a stream in the newest event of it. */
  public Optional<Cid> tip(StreamId stream) {
    return Optional.ofNullable(tips.get(stream));
  }

  /** How often it was connected. */
  public int connections() {
    return connections;
  }

  /** What should not have been: events out of order or twice, and documents left out. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  private void run() {
    try {
      while (!closed) {
        listen();
        Thread.sleep(PAUSE_MS); // before it comes back
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen() throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve("/api/v0/feed/aggregation/documents?after=0"));
    block = new Block(); // what was cut off will come again
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    try {
      HttpResponse<Stream<String>> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = answer.body()) {
        if (answer.statusCode() == 200) {
          connections++;
          lines.forEach(this::line);
        } else if (answer.statusCode() / 100 == 4 && answer.statusCode() != 404) {
          faults.add(answer.statusCode() + " " + lines.toList());
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return; // the node has gone; it is asked again
    }
  }

  private void line(String line) {
    if (line.isEmpty()) {
      complete();
      return;
    }
    int colon = line.indexOf(':');
    String value = colon < 0 ? "" : line.substring(colon + 1).strip();
    switch (colon < 0 ? line : line.substring(0, colon)) {
      case "id" -> block.id = value;
      case "event" -> block.type = value;
      case "data" -> block.data.add(value);
      default -> {}
    }
  }

  private void complete() {
    if (block.id != null) {
      lastId = block.id;
    }
    if (!block.data.isEmpty()) {
      event(block.type, String.join("\n", block.data));
    }
    block = new Block();
  }

  private void event(String type, String data) {
    try {
      JsonNode event = JSON.readTree(data);
      ResumeToken token = ResumeToken.parse(event.path("resumeToken").asText());
      if (last != null && token.compareTo(last) <= 0) {
        faults.add(token + " came after " + last);
      }
      last = token;
      if (type.equals("message")) {
        CommitId commit = CommitId.parse(event.path("commitId").asText());
        tips.put(commit.stream(), commit.event());
      } else {
        faults.add(type + " " + data);
      }
    } catch (JsonProcessingException | FeedException | IllegalArgumentException e) {
      faults.add(e + ": " + data);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    http.shutdownNow();
  }
}
