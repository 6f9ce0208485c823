package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.kiln.api.http.HttpReply;

/** The other end of a feed: reads server-sent events as EventSource does, when it is let. */
final class Listener {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final int SECONDS = 60;

  private final BlockingQueue<Map<String, String>> blocks = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final Thread thread;
  private final CountDownLatch reading;
  private volatile boolean gone;
  private volatile IOException failure;

  private Listener(HttpReply reply, CountDownLatch reading) {
    this.reading = reading;
    this.thread = Thread.ofVirtual().unstarted(() -> run((HttpReply.Streamed) reply));
  }

  static Listener to(HttpReply reply) {
    return slow(reply, new CountDownLatch(0));
  }

  /** One who takes nothing until the latch is open. */
  static Listener slow(HttpReply reply, CountDownLatch reading) {
    Listener listener = new Listener(reply, reading);
    listener.thread.start();
    return listener;
  }

  private void run(HttpReply.Streamed reply) {
    try {
      reply.writer().write(new Wire());
    } catch (IOException e) {
      failure = e;
    }
  }

  private final class Wire extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        reading.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (gone) {
        throw new IOException("gone");
      }
      text.append(new String(bytes, from, count, StandardCharsets.UTF_8));
      for (int end; (end = text.indexOf("\n\n")) >= 0; ) {
        blocks.add(fields(text.substring(0, end)));
        text.delete(0, end + 2);
      }
    }
  }

  private static Map<String, String> fields(String block) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : block.split("\n")) {
      int colon = line.indexOf(':');
      fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return fields;
  }

  /** The next block, whatever it is. */
  Map<String, String> block() throws InterruptedException {
    Map<String, String> block = blocks.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(block).as("a block within %d s", SECONDS).isNotNull();
    return block;
  }

  /** The next event of any type, with its {@code id} and its {@code event}. */
  Map<String, String> event() throws InterruptedException {
    while (true) {
      Map<String, String> block = block();
      if (block.containsKey("data")) {
        return block;
      }
    }
  }

  /** The next document. */
  JsonNode document() throws InterruptedException {
    Map<String, String> event = event();
    assertThat(event).doesNotContainKey("event");
    return json(event);
  }

  static JsonNode json(Map<String, String> event) {
    try {
      JsonNode json = JACKSON.readTree(event.get("data"));
      assertThat(json.path("resumeToken").asText()).isEqualTo(event.get("id"));
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void leave() {
    gone = true;
  }

  /** Waits until its connection is over; what was wrong with it, or null. */
  IOException end() throws InterruptedException {
    assertThat(thread.join(java.time.Duration.ofSeconds(SECONDS))).isTrue();
    return failure;
  }
}
