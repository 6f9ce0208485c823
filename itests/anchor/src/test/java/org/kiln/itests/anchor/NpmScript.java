package org.kiln.itests.anchor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.itests.harness.Npm;

/** A script over the npm packages of itests/clients, in a process of its own. */
final class NpmScript implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("../clients").toAbsolutePath().normalize();

  private final Process process;
  private final Path output;

  private NpmScript(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a script of the test resources against a node. */
  static NpmScript start(String script, URI node) throws IOException, InterruptedException {
    Npm.require(FOLDER);
    Path output = Files.createTempFile("kiln-npm", ".out");
    // A module that comes over standard input is resolved from the working directory.
    ProcessBuilder builder =
        new ProcessBuilder("node", "--input-type=module", "-")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("KILN_URL", node.toString());
    Process process = builder.start();
    try (InputStream text = NpmScript.class.getResourceAsStream("/" + script);
        OutputStream in = process.getOutputStream()) {
      text.transferTo(in);
    }
    return new NpmScript(process, output);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  String output() throws IOException {
    return Files.readString(output);
  }

  /** The JSON it printed, once it has ended well. */
  List<JsonNode> answers() throws IOException, InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("The script failed: " + output());
    }
    List<JsonNode> answers = new ArrayList<>();
    for (String line : output().lines().toList()) {
      if (line.startsWith("{")) {
        answers.add(JSON.readTree(line));
      }
    }
    return answers;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
