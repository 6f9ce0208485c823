package org.kiln.itests.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.kiln.itests.harness.Npm;

/**
 * The published npm clients at work in a process of their own: {@code clients/support/load.mjs}.
 */
final class NpmLoad implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ANSWER_SECONDS = 120;

  private final Process process;
  private final Path complaints;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private NpmLoad(Process process, Path complaints) {
    this.process = process;
    this.complaints = complaints;
    Thread.ofPlatform().daemon().name("npm load").start(this::listen);
  }

  static NpmLoad start(URI node) throws IOException, InterruptedException {
    Path folder = Path.of("").toAbsolutePath().resolveSibling("clients");
    Npm.require(folder);
    Path complaints = Files.createTempFile("kiln-npm-load", ".err");
    ProcessBuilder builder =
        new ProcessBuilder("node", "support/load.mjs")
            .directory(folder.toFile())
            .redirectError(complaints.toFile());
    builder.environment().put("KILN_URL", node.toString());
    return new NpmLoad(builder.start(), complaints);
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      answers.add("{\"refused\":[\"" + e.getClass().getSimpleName() + "\"]}");
    }
  }

  /** How it goes: requests, refused, streams, events, worstMs since the last lap. */
  JsonNode ask() throws IOException, InterruptedException {
    return ask("\n");
  }

  /** The same; the worst latency begins anew. */
  JsonNode lap() throws IOException, InterruptedException {
    return ask("lap\n");
  }

  private JsonNode ask(String line) throws IOException, InterruptedException {
    process.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    return answer();
  }

  /** Ends it; the answer also has what was lost. */
  JsonNode end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    return answer();
  }

  private JsonNode answer() throws IOException, InterruptedException {
    String line = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("The npm clients do not answer: " + Files.readString(complaints));
    }
    return JSON.readTree(line);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(complaints);
  }
}
