package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.FeedClient;
import org.kiln.itests.harness.NodeProcess;

/**
 * A plugin that reads the feed and keeps its place with what it derives hears of everything once,
 * however often the node is killed, and of nothing more after a rebuild; so does a listener by
 * HTTP.
 */
class FeedKillIT {
  private static final int ROUNDS = Integer.getInteger("kiln.crash.feed-rounds", 4);
  private static final int CLIENTS = 8;
  private static final int LONGEST_RUN_MS = 800;
  private static final Random RANDOM = new Random(11);

  @TempDir private static Path folder;

  private static Writer writer;
  private static Path data;
  private static Path ledger;
  private static NodeProcess node;
  private static FeedClient listener;

  private record Line(long position, String stream, String tip, String kind, String origin) {
    static Line of(String text) {
      String[] parts = text.split(" ");
      String token = parts[0];
      return new Line(
          Long.parseLong(token.substring(token.indexOf('-') + 1)),
          parts[1],
          parts[2],
          parts[3],
          parts[4]);
    }
  }

  @BeforeAll
  static void install() throws Exception {
    writer = new Writer();
    data = folder.resolve("node");
    ledger = folder.resolve("ledger.txt");
    node = NodeProcess.start(Distribution.find(), data);
    listener = FeedClient.of(node.url());
    Path jar = LedgerJar.build(ledger, folder);
    assertThat(kiln("plugin", "install", jar.toString())).contains(LedgerJar.NAME + " 1.0.0 runs");
  }

  @AfterAll
  static void close() {
    if (listener != null) {
      listener.close();
    }
    if (node != null) {
      node.close();
    }
  }

  private static String kiln(String... line) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(line));
    words.addAll(List.of("--data", data.toString()));
    Distribution.Answer answer = Distribution.find().run(words.toArray(String[]::new));
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    return answer.output();
  }

  @Test
  void shouldTellOfEverythingOnceWheneverItIsKilled() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      int before = writer.acknowledged();
      try (Writer.Run run = writer.start(node.url(), CLIENTS)) {
        Await.until("the clients are under way", () -> writer.acknowledged() > before);
        TimeUnit.MILLISECONDS.sleep(RANDOM.nextInt(LONGEST_RUN_MS));
        node.kill();
      }
      restart();
      check();
    }
    assertThat(writer.refusals()).isEmpty();
    assertThat(Writer.broken(node.url(), writer.streams())).isEmpty();
    List<Line> told = lines();
    assertThat(node.stop()).isZero();
    kiln("rebuild", "--network", "inmemory");
    restart();
    int acknowledged = writer.acknowledged();
    try (Writer.Run run = writer.start(node.url(), 1)) {
      Await.until("the client is under way", () -> writer.acknowledged() > acknowledged + 20);
    }
    check();
    assertThat(lines().subList(0, told.size())).isEqualTo(told);
  }

  private static void restart() throws IOException, InterruptedException {
    node.close();
    node = NodeProcess.start(Distribution.find(), data);
    listener.moved(node.url());
  }

  private static List<Line> lines() throws IOException {
    return Files.readAllLines(ledger).stream().map(Line::of).toList();
  }

  /** The ledger has what was acknowledged, in order, once; and nothing twice. */
  private static void check() throws IOException, InterruptedException {
    Await.until(
        "all that was acknowledged is told",
        () -> {
          Map<String, List<String>> tips = tips();
          return writer.streams().stream()
              .allMatch(
                  stream ->
                      tips.containsKey(id(stream))
                          && tips.get(id(stream)).containsAll(promised(stream)));
        });
    List<Line> lines = lines();
    for (int i = 1; i < lines.size(); i++) {
      assertThat(lines.get(i).position()).isGreaterThan(lines.get(i - 1).position());
    }
    assertThat(lines).allMatch(line -> line.origin().equals("Client"));
    tips()
        .forEach(
            (stream, tips) -> assertThat(tips).as("changes of " + stream).doesNotHaveDuplicates());
    Map<String, List<String>> tips = tips();
    for (Acknowledged stream : writer.streams()) {
      assertThat(tips.get(id(stream)))
          .as("changes of " + id(stream))
          .startsWith(promised(stream).toArray(String[]::new));
      // An event that was kept and not acknowledged before the kill may be told only now.
      Await.until(
          "a listener knows the tip of " + id(stream),
          () -> {
            String known = listener.tip(stream.stream()).map(Cid::toString).orElse("");
            return known.equals(tips.get(id(stream)).getLast())
                || known.equals(tips().get(id(stream)).getLast());
          },
          () -> listener.tip(stream.stream()) + ", not the last of " + tips.get(id(stream)));
    }
    assertThat(listener.faults()).isEmpty();
  }

  private static String id(Acknowledged stream) {
    return stream.stream().toString();
  }

  private static List<String> promised(Acknowledged stream) {
    return stream.promised().stream().map(Object::toString).toList();
  }

  private static Map<String, List<String>> tips() {
    try {
      Map<String, List<String>> tips = new HashMap<>();
      for (Line line : lines()) {
        tips.computeIfAbsent(line.stream(), id -> new ArrayList<>()).add(line.tip());
      }
      return tips;
    } catch (IOException | RuntimeException e) {
      // The last line is being written.
      return Map.of();
    }
  }
}
