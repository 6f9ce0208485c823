package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/** A node killed again and again while clients write keeps every event it has acknowledged. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KillIT {
  private static final int CLIENTS = 8;
  private static final int LONGEST_RUN_MS = 800;
  private static final Random RANDOM = new Random(25);

  @TempDir static Path data;

  private static final Writer WRITER = new Writer();
  private static NodeProcess node;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    node = NodeProcess.start(Distribution.find(), data);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @RepeatedTest(25)
  @Order(1)
  void shouldKeepWhatItAcknowledgedBeforeKill9() throws IOException, InterruptedException {
    int before = WRITER.acknowledged();
    int earlierStreams = WRITER.streams().size();
    try (Writer.Run run = WRITER.start(node.url(), CLIENTS)) {
      Await.until("the clients are under way", () -> WRITER.acknowledged() > before);
      TimeUnit.MILLISECONDS.sleep(RANDOM.nextInt(LONGEST_RUN_MS));
      node.kill();
    }
    restart();
    assertThat(WRITER.refusals()).isEmpty();
    List<Acknowledged> streams = WRITER.streams();
    assertThat(Writer.broken(node.url(), streams.subList(earlierStreams, streams.size())))
        .isEmpty();
    assertThat(node.complaints()).as("a clean start").isEmpty();
  }

  @Test
  @Order(2)
  void shouldStillHaveEveryStreamOfAllRounds() throws InterruptedException {
    assertThat(WRITER.streams()).hasSizeGreaterThan(25);
    assertThat(Writer.broken(node.url(), WRITER.streams())).isEmpty();
  }

  @Test
  @Order(3)
  void shouldDeriveTheSameStatesAnew() throws IOException, InterruptedException {
    Map<String, String> before = states();
    assertThat(node.stop()).isZero();
    Distribution.Answer rebuild =
        Distribution.find().run("rebuild", "--data", data.toString(), "--network", "inmemory");
    assertThat(rebuild.exitCode()).as(rebuild.output()).isZero();
    restart();
    assertThat(states()).isEqualTo(before);
    assertThat(Writer.broken(node.url(), WRITER.streams())).isEmpty();
  }

  private static Map<String, String> states() throws IOException, InterruptedException {
    Map<String, String> states = new HashMap<>();
    try (V0Client client = new V0Client(node.url())) {
      for (Acknowledged stream : new ArrayList<>(WRITER.streams())) {
        states.put(stream.stream().toString(), client.load(stream.stream()).text());
      }
    }
    return states;
  }

  private static void restart() throws IOException, InterruptedException {
    node.close();
    node = NodeProcess.start(Distribution.find(), data);
  }
}
