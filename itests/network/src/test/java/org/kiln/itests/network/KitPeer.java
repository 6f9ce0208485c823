package org.kiln.itests.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.itests.harness.Npm;
import org.kiln.kit.net.Multiaddrs;

/**
 * A js-libp2p peer in a process of its own, see README.md. Commands go in as JSON lines, results
 * and events come out; the peer ends when its standard input closes.
 */
final class KitPeer implements AutoCloseable {
  private static final Duration TIME = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Writer commands;
  private final List<JsonNode> events = new ArrayList<>();
  private final JsonNode ready;
  private int lastId;

  private KitPeer(Process process) {
    this.process = process;
    this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("kit peer").start(this::listen);
    this.ready = await("ready", event -> true);
  }

  /**
   * Starts {@code <kind>-peer.mjs} with those flags and waits until it listens. Skips the calling
   * test without Node.js.
   */
  static KitPeer start(String kind, String... flags) throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    try {
      Npm.require(folder);
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted while looking for Node.js", e);
    }
    List<String> command = new ArrayList<>(List.of("node", kind + "-peer.mjs"));
    command.addAll(List.of(flags));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.to(new File("target/" + kind + "-peer.err")))
            .start();
    try {
      return new KitPeer(process);
    } catch (AssertionError | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JSON.readTree(line);
        synchronized (events) {
          events.add(event);
          events.notifyAll();
        }
      }
    } catch (IOException e) {
      // The peer has ended; whoever waits for more of it says so.
      return;
    }
  }

  PeerId id() {
    return PeerId.parse(ready.get("peer").asText());
  }

  Multiaddr address() {
    return Multiaddrs.parse(ready.get("addrs").get(0).asText());
  }

  /** The first event of that kind that fits, past or to come. */
  JsonNode await(String kind, Predicate<JsonNode> fits) {
    long end = System.nanoTime() + TIME.toNanos();
    synchronized (events) {
      for (int next = 0; ; ) {
        for (; next < events.size(); next++) {
          JsonNode event = events.get(next);
          if (event.get("event").asText().equals(kind) && fits.test(event)) {
            return event;
          }
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError("No event '" + kind + "' of the peer; there were " + events);
        }
        try {
          events.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        } catch (InterruptedException e) {
          throw new AssertionError("Interrupted while waiting for the peer", e);
        }
      }
    }
  }

  /** Gives a command and waits for its result; names and values of fields alternate. */
  JsonNode call(String command, Object... fields) throws IOException {
    int id = send(command, fields);
    JsonNode answer = answer(id);
    if (answer.get("event").asText().equals("error")) {
      throw new IOException(command + " failed: " + answer.get("message").asText());
    }
    return answer;
  }

  /** Gives a command without waiting; {@link #answer} has what became of it. */
  int send(String command, Object... fields) throws IOException {
    int id = ++lastId;
    ObjectNode request = JSON.createObjectNode().put("id", id).put("cmd", command);
    for (int i = 0; i < fields.length; i += 2) {
      request.set(fields[i].toString(), JSON.valueToTree(fields[i + 1]));
    }
    commands.write(request + "\n");
    commands.flush();
    return id;
  }

  /** The result, or error, of a command given. */
  JsonNode answer(int id) {
    long end = System.nanoTime() + TIME.toNanos();
    synchronized (events) {
      while (true) {
        for (JsonNode event : events) {
          if (event.path("id").asInt() == id) {
            return event;
          }
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError("The peer did not answer command " + id + ": " + events);
        }
        try {
          events.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        } catch (InterruptedException e) {
          throw new AssertionError("Interrupted while waiting for the peer", e);
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      commands.close();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
